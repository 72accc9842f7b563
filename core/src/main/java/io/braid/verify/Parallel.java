package io.braid.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks in parallel, each on its own virtual thread. */
final class Parallel {
  private Parallel() {}

  /** Returns the results in order. The first failure in that order is thrown and stops the rest. */
  static <T> List<T> run(List<? extends Callable<T>> work) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> waiting = new ArrayList<>(work.size());
      work.forEach(each -> waiting.add(threads.submit(each)));
      List<T> results = new ArrayList<>(work.size());
      try {
        for (Future<T> each : waiting) {
          results.add(each.get());
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
      return results;
    }
  }
}
