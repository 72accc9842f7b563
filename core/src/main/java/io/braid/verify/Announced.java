package io.braid.verify;

import io.braid.task.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Tells a verifier that an answer counts only if the response announces it, for responses that a
 * limit cut off. A cut-off response states no final answer by itself: its last number is a step of
 * its reasoning.
 *
 * @param verifier judges the responses; closed with this object
 */
public record Announced(Verifier verifier) implements Verifier {
  @Override
  public Verdict judge(Submission submission) {
    return verifier.judge(strict(submission));
  }

  @Override
  public List<Verdict> judgeAll(List<Submission> submissions) {
    return verifier.judgeAll(submissions.stream().map(Announced::strict).toList());
  }

  private static Submission strict(Submission each) {
    return each.finished()
        ? each
        : new Submission(
            each.problem(), each.response(), false, each.ids(), /* announcedOnly= */ true);
  }

  @Override
  public Optional<String> unreadable(Problem problem) {
    return verifier.unreadable(problem);
  }

  @Override
  public void close() {
    verifier.close();
  }
}
