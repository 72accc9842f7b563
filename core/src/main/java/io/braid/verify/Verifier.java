package io.braid.verify;

import io.braid.task.Problem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Judges responses. Safe for use by several threads. */
@FunctionalInterface
public interface Verifier extends AutoCloseable {
  /**
   * What the response is worth. The work is bounded and no response makes this throw.
   *
   * @throws io.braid.UserError when what judges is not there: a sandbox, a service
   */
  Verdict judge(Submission submission);

  /** What a response that ended by itself is worth. */
  default Verdict judge(Problem problem, String response) {
    return judge(Submission.of(problem, response));
  }

  /**
   * What many responses are worth, in their order. Judged side by side on virtual threads: a
   * verifier that needs a scarce thing, such as a processor for a program, waits for it by itself.
   *
   * @throws io.braid.UserError as for one
   */
  default List<Verdict> judgeAll(List<Submission> submissions) {
    return SideBySide.all(
        submissions.stream().map(each -> (Callable<Verdict>) () -> judge(each)).toList());
  }

  /**
   * Why no response to the problem can be judged, such as a reference that cannot be read; empty
   * when one can. Asked before training, so that it does not look like wrong responses.
   */
  default Optional<String> unreadable(Problem problem) {
    return Optional.empty();
  }

  /** Lets go of what the verifier holds; nothing by default. */
  @Override
  default void close() {}
}
