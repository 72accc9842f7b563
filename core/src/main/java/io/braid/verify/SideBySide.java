package io.braid.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work on many things at once, each on a virtual thread of its own. */
final class SideBySide {
  private SideBySide() {}

  /** The results in order. The first failure in that order ends the others and is thrown. */
  static <T> List<T> all(List<? extends Callable<T>> work) {
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
