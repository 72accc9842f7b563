package io.braid.verify;

import io.braid.task.Problem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Judges responses. Implementations are safe for use by several threads. */
@FunctionalInterface
public interface Verifier extends AutoCloseable {
  /**
   * Judges a response. The work is bounded, and no response makes this method throw an exception.
   *
   * @throws io.braid.UserError if the verifier lacks what it needs, such as a sandbox or a service
   */
  Verdict judge(Submission submission);

  /** Judges a response that the model ended. */
  default Verdict judge(Problem problem, String response) {
    return judge(Submission.of(problem, response));
  }

  /**
   * Judges many responses and returns their verdicts in order. They are judged in parallel on
   * virtual threads; a verifier that needs a scarce resource, such as a processor for a program,
   * waits for it itself.
   *
   * @throws io.braid.UserError as for a single response
   */
  default List<Verdict> judgeAll(List<Submission> submissions) {
    return Parallel.run(
        submissions.stream().map(each -> (Callable<Verdict>) () -> judge(each)).toList());
  }

  /**
   * Returns why no response to the problem can be judged, such as a reference that cannot be read,
   * or nothing if responses can be judged. It is called before training, so that such a problem
   * does not look like a problem with wrong responses only.
   */
  default Optional<String> unreadable(Problem problem) {
    return Optional.empty();
  }

  /** Releases the verifier's resources; does nothing by default. */
  @Override
  default void close() {}
}
