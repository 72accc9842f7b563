package io.braid.remote;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.Optional;

/**
 * How a service is called.
 *
 * @param seconds time limit of one attempt, from when it is sent; waiting for a free slot does not
 *     count
 * @param patienceSeconds how long a failing call is repeated
 * @param attempts the most attempts, if they should end before {@code patienceSeconds} have passed
 * @param concurrency the most simultaneous calls
 * @param backoffSeconds the longest wait after the first failure; doubled after each further one
 */
public record CallSettings(
    @Doc("Time limit of one attempt; waiting for a free slot does not count.") @Default("60")
        double seconds,
    @Doc("How long a call is repeated while the service is unavailable; then the run ends.")
        @Default("600")
        double patienceSeconds,
    @Doc("The most attempts of a call; without it, only patience_seconds limits them.")
        Optional<Integer> attempts,
    @Doc("The most simultaneous calls.") @Default("16") int concurrency,
    @Doc("The wait after the first failure; doubled after each, up to half a minute.")
        @Default("0.5")
        double backoffSeconds) {
  /** A recipe's defaults. */
  public static final CallSettings STANDARD = new CallSettings(60, 600, Optional.empty(), 16, 0.5);

  /** Checks the settings. */
  public CallSettings {
    Check.above("seconds", seconds, 0);
    Check.atLeast("patience_seconds", patienceSeconds, 0);
    Check.atLeast("attempts", attempts, 1);
    Check.atLeast("concurrency", concurrency, 1);
    Check.atLeast("backoff_seconds", backoffSeconds, 0);
  }

  /** The defaults with a limit on attempts. */
  public CallSettings(double seconds, int attempts, int concurrency, double backoffSeconds) {
    this(seconds, STANDARD.patienceSeconds, Optional.of(attempts), concurrency, backoffSeconds);
  }
}
