package io.braid.app.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Prints a plain line every few seconds, for logs. */
final class ProgressLines implements Progress {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final String phase;
  private final long start;
  private final long total;
  private final PrintStream out;
  private final InstantSource clock;
  private final Instant begun;
  private Instant printed;
  private String pending = "";

  ProgressLines(String phase, long done, long total, PrintStream out, InstantSource clock) {
    this.phase = phase;
    this.start = done;
    this.total = total;
    this.out = out;
    this.clock = clock;
    this.begun = clock.instant();
    this.printed = begun;
  }

  @Override
  public void at(long done, String numbers) {
    Instant now = clock.instant();
    pending = line(done, numbers, Duration.between(begun, now));
    if (Duration.between(printed, now).compareTo(BETWEEN_LINES) >= 0) {
      print();
      printed = now;
    }
  }

  private String line(long done, String numbers, Duration elapsed) {
    StringBuilder line = new StringBuilder();
    line.append(phase).append(' ').append(done).append('/').append(total);
    line.append(", ").append(time(elapsed)).append(" elapsed");
    if (done > start && done < total) {
      double perUnit = (double) elapsed.toMillis() / (done - start);
      line.append(", ").append(time(Duration.ofMillis((long) (perUnit * (total - done)))));
      line.append(" left");
    }
    return numbers.isEmpty() ? line.toString() : line.append(", ").append(numbers).toString();
  }

  private static String time(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  private void print() {
    out.println(Printable.line(pending));
    pending = "";
  }

  @Override
  public void close() {
    if (!pending.isEmpty()) {
      print();
    }
  }
}
