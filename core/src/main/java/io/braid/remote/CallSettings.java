package io.braid.remote;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;

/**
 * How a service is called.
 *
 * @param seconds the most that one attempt may take from when it is sent; waiting for a turn does
 *     not count
 * @param attempts how often in all, before the call has failed
 * @param concurrency the most calls at once
 * @param backoffSeconds what the wait after the first failure is at most; it doubles with each
 */
public record CallSettings(
    @Doc("The most that one attempt may take; waiting for a turn does not count.") @Default("60")
        double seconds,
    @Doc("How often in all, before the call has failed.") @Default("5") int attempts,
    @Doc("The most calls at once.") @Default("16") int concurrency,
    @Doc("The first wait after a failure, which doubles with each.") @Default("0.5")
        double backoffSeconds) {
  /** The defaults of a recipe. */
  public static final CallSettings STANDARD = new CallSettings(60, 5, 16, 0.5);

  /** Checks the settings. */
  public CallSettings {
    if (!(seconds > 0)) {
      throw new UserError("seconds: must be above 0, here " + seconds);
    }
    if (attempts < 1) {
      throw new UserError("attempts: must be at least 1, here " + attempts);
    }
    if (concurrency < 1) {
      throw new UserError("concurrency: must be at least 1, here " + concurrency);
    }
    if (!(backoffSeconds >= 0)) {
      throw new UserError("backoff_seconds: must be 0 or more, here " + backoffSeconds);
    }
  }
}
