package io.braid.app.terminal;

import io.braid.run.TimeLeft;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** Prints a plain line every few seconds, for logs. */
final class ProgressLines implements Progress {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final String phase;
  private final Estimate estimate;
  private final PrintStream out;
  private Instant printed;
  private String pending = "";

  ProgressLines(String phase, Estimate estimate, PrintStream out) {
    this.phase = phase;
    this.estimate = estimate;
    this.out = out;
    this.printed = estimate.now();
  }

  @Override
  public synchronized void at(long done, String numbers) {
    estimate.at(done);
    now(numbers);
  }

  @Override
  public synchronized void now(String numbers) {
    pending = line(numbers);
    Instant now = estimate.now();
    if (Duration.between(printed, now).compareTo(BETWEEN_LINES) >= 0) {
      flush();
      printed = now;
    }
  }

  @Override
  public void remains(TimeLeft left) {
    estimate.remains(left);
  }

  private String line(String numbers) {
    StringBuilder line = new StringBuilder();
    line.append(phase).append(' ').append(estimate.amount());
    line.append(", ").append(Times.clock(estimate.elapsed())).append(" elapsed");
    estimate.left().ifPresent(left -> line.append(", ").append(Times.words(left)));
    return numbers.isEmpty() ? line.toString() : line.append(", ").append(numbers).toString();
  }

  private void flush() {
    out.println(Printable.line(pending));
    pending = "";
  }

  @Override
  public synchronized void print(String lines) {
    out.println(lines);
  }

  @Override
  public synchronized void close() {
    if (!pending.isEmpty()) {
      flush();
    }
  }
}
