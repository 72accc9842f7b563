package io.braid.remote;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
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
    if (!(seconds > 0)) {
      throw new UserError("seconds: must be above 0, here " + seconds);
    }
    if (!(patienceSeconds >= 0)) {
      throw new UserError("patience_seconds: must be 0 or more, here " + patienceSeconds);
    }
    if (attempts.orElse(1) < 1) {
      throw new UserError("attempts: must be at least 1, here " + attempts.get());
    }
    if (concurrency < 1) {
      throw new UserError("concurrency: must be at least 1, here " + concurrency);
    }
    if (!(backoffSeconds >= 0)) {
      throw new UserError("backoff_seconds: must be 0 or more, here " + backoffSeconds);
    }
  }

  /** So many attempts at most, within the usual patience. */
  public CallSettings(double seconds, int attempts, int concurrency, double backoffSeconds) {
    this(seconds, STANDARD.patienceSeconds, Optional.of(attempts), concurrency, backoffSeconds);
  }
}
