package io.braid.app.terminal;

import io.braid.run.TimeLeft;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How far a phase has come, and how long it still takes. Without an estimate by someone who knows
 * better, the rest takes as long per unit as what has been done since the first unit, which may
 * contain a warm-up; so there is none before the second unit.
 */
final class Estimate {
  private final long start;
  private final long total;
  private final InstantSource clock;
  private final Instant begun;
  private Instant firstEnded;
  private long first;
  private long done;
  private Optional<Told> told = Optional.empty();

  private record Told(TimeLeft left, Instant at) {}

  /**
   * Starts at the present time.
   *
   * @param done amount already done by an earlier process
   * @param total total amount
   */
  Estimate(long done, long total, InstantSource clock) {
    this.start = done;
    this.total = total;
    this.clock = clock;
    this.begun = clock.instant();
    this.firstEnded = begun;
    this.first = done;
    this.done = done;
  }

  synchronized void at(long amount) {
    if (done == start && amount > start) {
      first = amount;
      firstEnded = clock.instant();
    }
    done = amount;
  }

  synchronized void remains(TimeLeft left) {
    told = Optional.of(new Told(left, clock.instant()));
  }

  /** Returns the time since the phase began. */
  Duration elapsed() {
    return Duration.between(begun, clock.instant());
  }

  Instant now() {
    return clock.instant();
  }

  /** Returns the remaining time; empty if it is not known or nothing is left. */
  synchronized Optional<TimeLeft> left() {
    if (done >= total) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    if (told.isPresent()) {
      TimeLeft left = told.get().left();
      Duration rest = left.time().minus(Duration.between(told.get().at(), now));
      return Optional.of(new TimeLeft(rest.isNegative() ? Duration.ZERO : rest, left.atMost()));
    }
    if (done == first) {
      return Optional.empty();
    }
    double perUnit = (double) Duration.between(firstEnded, now).toMillis() / (done - first);
    return Optional.of(TimeLeft.about(Duration.ofMillis((long) (perUnit * (total - done)))));
  }

  /**
   * Returns the fraction that is done: of the time if the remaining time was told, otherwise of the
   * amount.
   */
  synchronized double fraction() {
    double before = total == 0 ? 0 : start / (double) total;
    Optional<TimeLeft> left = told.flatMap(_ -> left()).filter(each -> !each.atMost());
    if (left.isEmpty()) {
      return total == 0 ? 1 : Math.min(1, done / (double) total);
    }
    double elapsed = elapsed().toMillis();
    double all = elapsed + left.get().time().toMillis();
    return all == 0 ? before : before + (1 - before) * elapsed / all;
  }

  /** Returns the amount that is done and the total: 12/300. */
  synchronized String amount() {
    return done + "/" + total;
  }
}
