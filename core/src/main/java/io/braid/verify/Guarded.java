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
 * A verifier that is not asked about responses on which a guard trips: these earn a fixed reward
 * and are not correct.
 *
 * @param guards what trips
 * @param reward what a response earns on which one trips
 * @param verifier what judges the others
 */
public record Guarded(
    List<Guard> guards,
    @Doc("What a response earns on which a guard trips.") @Default("0.0") double reward,
    VerifierSettings verifier)
    implements VerifierSettings {
  /** Checks the settings. */
  public Guarded {
    guards = List.copyOf(guards);
    if (guards.isEmpty()) {
      throw new SettingError("guards", "must be at least one");
    }
    if (!Double.isFinite(reward)) {
      throw new SettingError("reward", "must be a finite number, here " + reward);
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

  private record Guarding(Guarded settings, Verifier inner) implements ManyAtOnce {
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
