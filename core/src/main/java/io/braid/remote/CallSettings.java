package io.braid.remote;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.Optional;

/**
 * How a service is called.
 *
 * @param timeoutSeconds time limit of one attempt, from when it is sent; waiting for a free slot
 *     does not count
 * @param retrySeconds how long a failing call is retried
 * @param maxAttempts maximum number of attempts; absent to retry until {@code retrySeconds} have
 *     passed
 * @param maxConcurrency maximum number of simultaneous calls
 * @param backoffSeconds the longest wait after the first failure; doubled after each further one
 */
public record CallSettings(
    @Doc("Time limit of one attempt; waiting for a free slot does not count.") @Default("60")
        double timeoutSeconds,
    @Doc("How long a call is repeated while the service is unavailable; then the run ends.")
        @Default("600")
        double retrySeconds,
    @Doc("The maximum number of attempts of a call; by default only retry_seconds limits them.")
        Optional<Integer> maxAttempts,
    @Doc("The maximum number of simultaneous calls.") @Default("16") int maxConcurrency,
    @Doc("The wait after the first failure; doubled after each, up to half a minute.")
        @Default("0.5")
        double backoffSeconds) {
  /** The default settings in a recipe. */
  public static final CallSettings STANDARD = new CallSettings(60, 600, Optional.empty(), 16, 0.5);

  /** Checks the settings. */
  public CallSettings {
    Check.above("timeout_seconds", timeoutSeconds, 0);
    Check.atLeast("retry_seconds", retrySeconds, 0);
    Check.atLeast("max_attempts", maxAttempts, 1);
    Check.atLeast("max_concurrency", maxConcurrency, 1);
    Check.atLeast("backoff_seconds", backoffSeconds, 0);
  }

  /** The default settings with a limit on attempts. */
  public CallSettings(
      double timeoutSeconds, int maxAttempts, int maxConcurrency, double backoffSeconds) {
    this(
        timeoutSeconds,
        STANDARD.retrySeconds,
        Optional.of(maxAttempts),
        maxConcurrency,
        backoffSeconds);
  }
}
