package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.task.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A weighted sum of other verifiers' rewards. The part with {@code correct: true} decides whether a
 * response is correct and which answer it gave; without such a part, the first part does.
 *
 * @param parts the terms of the sum
 */
public record Sum(List<Part> parts) implements VerifierSettings {
  /**
   * A term of the sum.
   *
   * @param weight factor of the reward; may be negative
   * @param correct whether this part decides on correctness
   * @param verifier judges the responses
   */
  public record Part(
      @Default("1.0") double weight,
      @Doc("Whether this part decides what is correct.") @Default("false") boolean correct,
      VerifierSettings verifier) {
    /** Checks the weight. */
    public Part {
      if (!Double.isFinite(weight)) {
        throw new SettingError("weight", "must be a finite number, got " + weight);
      }
    }
  }

  /** Checks the parts. */
  public Sum {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new SettingError("parts", "must have at least one part");
    }
    if (parts.stream().filter(Part::correct).count() > 1) {
      throw new SettingError("parts", "at most one part may have correct: true");
    }
  }

  @Override
  public Verifier create() {
    List<Verifier> verifiers = new ArrayList<>();
    try {
      parts.forEach(part -> verifiers.add(part.verifier().create()));
    } catch (RuntimeException e) {
      verifiers.forEach(Verifier::close);
      throw e;
    }
    return new Adding(parts, verifiers);
  }

  private record Adding(List<Part> parts, List<Verifier> verifiers) implements BatchVerifier {
    @Override
    public List<Verdict> judgeAll(List<Submission> submissions) {
      List<List<Verdict>> byPart =
          verifiers.stream().map(verifier -> verifier.judgeAll(submissions)).toList();
      List<Verdict> sums = new ArrayList<>(submissions.size());
      for (int s = 0; s < submissions.size(); s++) {
        int at = s;
        sums.add(sum(byPart.stream().map(verdicts -> verdicts.get(at)).toList()));
      }
      return sums;
    }

    private Verdict sum(List<Verdict> verdicts) {
      double reward = 0;
      int decider = 0;
      for (int p = 0; p < parts.size(); p++) {
        reward += finite(parts.get(p).weight() * verdicts.get(p).reward(), p);
        decider = parts.get(p).correct() ? p : decider;
      }
      finite(reward, parts.size() - 1);
      return new Verdict(
          reward,
          verdicts.get(decider).correct(),
          verdicts.get(decider).canonical(),
          verdicts.stream().map(Verdict::reason).collect(Collectors.joining("; ")),
          verdicts.stream().anyMatch(Verdict::unknown),
          parts(verdicts),
          verdicts.stream().anyMatch(Verdict::unannounced),
          verdicts.get(decider).reading());
    }

    /**
     * Returns the weighted rewards of the single part that rewards tokens or steps, if there is
     * such a part.
     */
    private Optional<PartRewards> parts(List<Verdict> verdicts) {
      Optional<PartRewards> weighted = Optional.empty();
      for (int p = 0; p < parts.size(); p++) {
        double weight = parts.get(p).weight();
        Optional<PartRewards> its = verdicts.get(p).parts().map(each -> each.times(weight));
        if (its.isPresent() && weighted.isPresent()) {
          throw new SettingError("parts", "two parts reward tokens or steps; at most one may");
        }
        weighted = weighted.or(() -> its);
      }
      return weighted;
    }

    @Override
    public Optional<String> unreadable(Problem problem) {
      return verifiers.stream().flatMap(each -> each.unreadable(problem).stream()).findFirst();
    }

    private double finite(double reward, int part) {
      if (!Double.isFinite(reward)) {
        throw new UserError(
            "verifier.parts[%d] (%s, weight %s): the sum of the rewards is %s, which is not a finite number; lower the weights"
                .formatted(
                    part,
                    parts.get(part).verifier().getClass().getSimpleName(),
                    parts.get(part).weight(),
                    reward));
      }
      return reward;
    }

    @Override
    public void close() {
      verifiers.forEach(Verifier::close);
    }
  }
}
