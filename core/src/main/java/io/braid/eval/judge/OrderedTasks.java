package io.braid.eval.judge;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs tasks in parallel and delivers their results in order. */
final class OrderedTasks {
  private OrderedTasks() {}

  /**
   * Runs a task for each element. The first failure cancels the running tasks, after the results
   * before it have been delivered.
   *
   * @param atOnce number of tasks that run at once
   * @param give receives each result, on the caller's thread
   */
  static <A, B> void each(List<A> all, int atOnce, Function<A, B> work, Consumer<B> give) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Deque<Future<B>> waiting = new ArrayDeque<>();
      try {
        for (A each : all) {
          if (waiting.size() == atOnce) {
            give.accept(waiting.remove().get());
          }
          waiting.add(threads.submit(() -> work.apply(each)));
        }
        while (!waiting.isEmpty()) {
          give.accept(waiting.remove().get());
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while judging", e);
      } finally {
        threads.shutdownNow();
      }
    }
  }
}
