package io.braid.sampling;

import io.braid.UserError;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Verifies groups of responses on another thread while more are sampled. Groups that arrive while
 * the verifier is being called are verified together in the next call.
 */
final class Judging implements AutoCloseable {
  private final Verifier verifier;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("verify").daemon().factory());
  private final List<Future<?>> batches = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>(); // guarded by itself
  private final Map<Integer, List<Verdict>> verdicts = new TreeMap<>(); // used only by the thread

  /** A group's responses, which wait for verification. */
  private record Waiting(int place, List<Submission> submissions) {}

  Judging(Verifier verifier) {
    this.verifier = verifier;
  }

  /** Queues a group for verification. */
  void add(int place, List<Submission> submissions) {
    synchronized (waiting) {
      waiting.add(new Waiting(place, submissions));
    }
    batches.add(thread.submit(this::judgeWaiting));
  }

  private void judgeWaiting() {
    List<Waiting> batch;
    synchronized (waiting) {
      batch = List.copyOf(waiting);
      waiting.clear();
    }
    List<Submission> all = batch.stream().flatMap(each -> each.submissions.stream()).toList();
    if (all.isEmpty()) {
      return; // an earlier batch took them
    }
    List<Verdict> judged = verifier.judgeAll(all);
    for (int i = 0; i < all.size(); i++) {
      checkFinite(judged.get(i), all.get(i));
    }
    int from = 0;
    for (Waiting each : batch) {
      int to = from + each.submissions.size();
      verdicts.put(each.place, List.copyOf(judged.subList(from, to)));
      from = to;
    }
  }

  /** Rejects a reward that is not finite, since it would make all advantages of its group NaN. */
  private void checkFinite(Verdict verdict, Submission submission) {
    if (!Double.isFinite(verdict.reward())) {
      throw new UserError(
          "verifier %s: gave the reward %s to a response to problem %s; a reward must be a finite number"
              .formatted(
                  verifier.getClass().getSimpleName().replaceFirst("\\$\\$Lambda.*", ""),
                  verdict.reward(),
                  submission.problem().id()));
    }
  }

  /**
   * Waits until all groups are verified.
   *
   * @return each group's verdicts, ordered by {@code place}
   * @throws io.braid.UserError if the verifier throws it or returns a reward that is not finite
   */
  List<List<Verdict>> await() {
    try {
      for (Future<?> batch : batches) {
        batch.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("verification failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while verifying", e);
    }
    return List.copyOf(verdicts.values());
  }

  /** Stops verifications that are still running. */
  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
  }
}
