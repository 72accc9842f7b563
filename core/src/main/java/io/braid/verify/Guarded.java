package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.task.Problem;
import io.braid.verify.guard.Guard;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Checks each response with guards before a verifier judges it. A response that trips a guard gets
 * a fixed reward, counts as incorrect and does not reach the verifier.
 *
 * @param guards the guards, checked in this order
 * @param reward reward of a response that trips a guard
 * @param verifier judges the other responses
 */
public record Guarded(
    List<Guard> guards,
    @Doc("Reward of a response that trips a guard.") @Default("0.0") double reward,
    VerifierSettings verifier)
    implements VerifierSettings {
  /** Checks the settings. */
  public Guarded {
    guards = List.copyOf(guards);
    if (guards.isEmpty()) {
      throw new SettingError("guards", "must have at least one guard");
    }
    if (!Double.isFinite(reward)) {
      throw new SettingError("reward", "must be a finite number, got " + reward);
    }
  }

  @Override
  public Verifier create() {
    return new Guarding(this, verifier.create());
  }

  private Optional<Verdict> refusal(Submission submission) {
    return guards.stream()
        .flatMap(guard -> guard.complaint(submission.response(), submission.finished()).stream())
        .findFirst()
        .map(complaint -> new Verdict(reward, false, Optional.empty(), complaint));
  }

  private record Guarding(Guarded settings, Verifier inner) implements BatchVerifier {
    @Override
    public List<Verdict> judgeAll(List<Submission> submissions) {
      List<Optional<Verdict>> refusals = submissions.stream().map(settings::refusal).toList();
      List<Submission> passed = new ArrayList<>();
      for (int s = 0; s < submissions.size(); s++) {
        if (refusals.get(s).isEmpty()) {
          passed.add(submissions.get(s));
        }
      }
      Iterator<Verdict> judged =
          (passed.isEmpty() ? List.<Verdict>of() : inner.judgeAll(passed)).iterator();
      return refusals.stream().map(refusal -> refusal.orElseGet(judged::next)).toList();
    }

    @Override
    public Optional<String> unreadable(Problem problem) {
      return inner.unreadable(problem);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
