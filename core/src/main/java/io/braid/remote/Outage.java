package io.braid.remote;

import java.net.URI;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Says once that a service is waited for, and once that it is back, however many calls wait. Safe
 * for use by several threads.
 */
final class Outage {
  /** One failure may be a hiccup, and is not worth a line. */
  private static final int SAID_FROM = 2;

  private final URI address;
  private final Consumer<String> say;
  private boolean said;
  private long since;

  Outage(URI address, Consumer<String> say) {
    this.address = address;
    this.say = say;
  }

  /**
   * A call failed and will wait.
   *
   * @param failures of this call so far
   * @param why the last one
   * @param limit until when it is waited, in words
   */
  synchronized void away(int failures, String why, String limit) {
    if (!said && failures >= SAID_FROM) {
      said = true;
      since = System.nanoTime();
      say.accept("waiting for the service at %s (%s), %s".formatted(address, why, limit));
    }
  }

  /** A call was answered. */
  synchronized void back() {
    if (said) {
      said = false;
      say.accept(
          String.format(
              Locale.ROOT,
              "the service at %s is back after %.0f seconds",
              address,
              (System.nanoTime() - since) / 1e9));
    }
  }
}
