package io.braid.remote;

import java.net.URI;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reports once that a service is unavailable and once that it is back, regardless of the number of
 * waiting calls. Thread-safe.
 */
final class Outage {
  /**
   * Number of failures of a call after which the outage is reported; a single failure may be a
   * hiccup.
   */
  private static final int REPORTED_FROM = 2;

  private final URI address;
  private final Consumer<String> say;
  private boolean reported;
  private long since;

  Outage(URI address, Consumer<String> say) {
    this.address = address;
    this.say = say;
  }

  /**
   * Records that a call failed and will be retried.
   *
   * @param failures number of failures of this call so far
   * @param why reason for the last failure
   * @param limit how long the call will be retried, in words
   */
  synchronized void away(int failures, String why, String limit) {
    if (!reported && failures >= REPORTED_FROM) {
      reported = true;
      since = System.nanoTime();
      say.accept("waiting for the service at %s (%s), %s".formatted(address, why, limit));
    }
  }

  /** Records that a call succeeded. */
  synchronized void back() {
    if (reported) {
      reported = false;
      say.accept(
          String.format(
              Locale.ROOT,
              "the service at %s is back after %.0f seconds",
              address,
              (System.nanoTime() - since) / 1e9));
    }
  }
}
