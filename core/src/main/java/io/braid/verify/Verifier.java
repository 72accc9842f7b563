package io.braid.verify;

import io.braid.task.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Verdict>> waiting = new ArrayList<>(submissions.size());
      for (Submission submission : submissions) {
        waiting.add(threads.submit(() -> judge(submission)));
      }
      List<Verdict> verdicts = new ArrayList<>(submissions.size());
      try {
        for (Future<Verdict> each : waiting) {
          verdicts.add(each.get());
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while judging", e);
      }
      return verdicts;
    }
  }

  /** Lets go of what the verifier holds; nothing by default. */
  @Override
  default void close() {}
}
