package io.braid.remote;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.Optional;

/**
 * How a service is called.
 *
 * @param seconds the most that one attempt may take from when it is sent; waiting for a turn does
 *     not count
 * @param patienceSeconds how long a call that fails is tried again, before it has failed for good
 * @param attempts how often in all, where patience shall end sooner
 * @param concurrency the most calls at once
 * @param backoffSeconds what the wait after the first failure is at most; it doubles with each
 */
public record CallSettings(
    @Doc("The most that one attempt may take; waiting for a turn does not count.") @Default("60")
        double seconds,
    @Doc("How long a call is tried again while the service is away, before the run ends.")
        @Default("600")
        double patienceSeconds,
    @Doc("How often a call is tried in all, where it shall fail before its patience is over.")
        Optional<Integer> attempts,
    @Doc("The most calls at once.") @Default("16") int concurrency,
    @Doc("The first wait after a failure, which doubles with each, to half a minute.")
        @Default("0.5")
        double backoffSeconds) {
  /** The defaults of a recipe. */
  public static final CallSettings STANDARD = new CallSettings(60, 600, Optional.empty(), 16, 0.5);

  /** Checks the settings. */
  public CallSettings {
    Check.above("seconds", seconds, 0);
    Check.atLeast("patience_seconds", patienceSeconds, 0);
    Check.atLeast("attempts", attempts, 1);
    Check.atLeast("concurrency", concurrency, 1);
    Check.atLeast("backoff_seconds", backoffSeconds, 0);
  }

  /** So many attempts at most, within the usual patience. */
  public CallSettings(double seconds, int attempts, int concurrency, double backoffSeconds) {
    this(seconds, STANDARD.patienceSeconds, Optional.of(attempts), concurrency, backoffSeconds);
  }
}
