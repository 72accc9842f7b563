package io.braid.run;

import java.time.Duration;

/**
 * An estimate of the time that a phase of a run still takes.
 *
 * @param time the estimate
 * @param atMost whether it is an upper bound, because too little is known for an estimate
 */
public record TimeLeft(Duration time, boolean atMost) {
  /** Creates an estimate. */
  public static TimeLeft about(Duration time) {
    return new TimeLeft(time, /* atMost= */ false);
  }
}
