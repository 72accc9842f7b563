package io.braid.run.eval;

import io.braid.rollout.SamplingProgress;
import io.braid.run.RunListener;
import io.braid.run.TimeLeft;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Estimates the time that an evaluation still takes: the expected number of tokens left divided by
 * the number of tokens per second in the last third of its time.
 */
final class SamplingTime implements Consumer<SamplingProgress> {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final int MOST = 1000;

  private final RunListener listener;
  private final InstantSource clock;
  private final Deque<Point> points = new ArrayDeque<>();
  private final Instant begun;

  private record Point(Instant time, long tokens) {}

  /** Creates an estimate that begins now. */
  SamplingTime(RunListener listener, InstantSource clock) {
    this.listener = listener;
    this.clock = clock;
    this.begun = clock.instant();
    points.add(new Point(begun, 0));
  }

  @Override
  public void accept(SamplingProgress progress) {
    listener.sampling(progress);
    Instant now = clock.instant();
    Duration elapsed = Duration.between(begun, now);
    Instant from = now.minus(elapsed.dividedBy(3));
    points.addLast(new Point(now, progress.tokens()));
    while (points.size() > MOST
        || (points.size() > 2 && !points.peekFirst().time().isAfter(from))) {
      points.removeFirst();
    }
    Point first = points.getFirst();
    double seconds = Duration.between(first.time(), now).toMillis() / 1e3;
    long tokens = progress.tokens() - first.tokens();
    if (elapsed.compareTo(FIRST) >= 0 && seconds > 0 && tokens > 0) {
      listener.remains(
          new TimeLeft(
              Duration.ofMillis(Math.round(1000 * progress.left() * seconds / tokens)),
              progress.atMost()));
    }
  }
}
