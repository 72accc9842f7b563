package io.braid.rollout;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Counts the tokens of responses while they are sampled, and reports them a few times a second. */
public final class SamplingWatch {
  private static final long BETWEEN = TimeUnit.MILLISECONDS.toNanos(250);

  private final long all;
  private final LengthForecast forecast;
  private final Consumer<SamplingProgress> to;
  private final LongSupplier nanos;
  private long reported;
  private long ended;
  private long tokensOfEnded;

  SamplingWatch(long all, int most, Consumer<SamplingProgress> to, LongSupplier nanos) {
    this.all = all;
    this.forecast = new LengthForecast(most);
    this.to = to;
    this.nanos = nanos;
    this.reported = nanos.getAsLong();
  }

  /**
   * Creates a watch.
   *
   * @param all number of responses to be sampled
   * @param most maximum length of a response
   */
  static SamplingWatch of(long all, int most, Consumer<SamplingProgress> to) {
    return new SamplingWatch(all, most, to, System::nanoTime);
  }

  /** Counts a response that has ended. */
  void ended(GrowingResponse response) {
    ended(response.length(), response.room() == 0);
  }

  void ended(int length, boolean atLimit) {
    ended++;
    tokensOfEnded += length;
    forecast.ended(length, atLimit);
  }

  /** Reports the progress, unless it did so a moment ago. */
  void grown(List<GrowingResponse> running) {
    long now = nanos.getAsLong();
    if (now - reported < BETWEEN && ended < all) {
      return;
    }
    reported = now;
    report(running.stream().mapToInt(GrowingResponse::length).toArray());
  }

  private void report(int[] running) {
    long tokens = tokensOfEnded;
    for (int length : running) {
      tokens += length;
    }
    long waiting = all - ended - running.length;
    // Without successors, the decoding of the longest response takes as long as that of all.
    double left =
        waiting == 0 && running.length > 0
            ? running.length * forecast.longest(running)
            : forecast.left(running, waiting);
    to.accept(new SamplingProgress(ended, all, tokens, left, forecast.knowsNothing()));
  }
}
