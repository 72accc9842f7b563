package io.braid.remote;

import java.util.concurrent.TimeUnit;

/**
 * Waiting for services that are away. A run that is asked to stop ends it for the whole process,
 * for else it would have to wait for them before it can save.
 */
public final class Waiting {
  private static final Object CHANGE = new Object();
  private static boolean ended; // guarded by CHANGE

  private Waiting() {}

  /** Nobody waits any more: calls that fail end with {@link WaitingEnded}. */
  public static void end() {
    synchronized (CHANGE) {
      ended = true;
      CHANGE.notifyAll();
    }
  }

  /** Calls may wait again. */
  public static void mayGoOn() {
    synchronized (CHANGE) {
      ended = false;
    }
  }

  /**
   * Waits.
   *
   * @throws WaitingEnded when nobody may wait any more
   */
  static void rest(long nanos) throws InterruptedException {
    long until = System.nanoTime() + nanos;
    synchronized (CHANGE) {
      for (long left = nanos; left > 0 && !ended; left = until - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(CHANGE, left);
      }
      if (ended) {
        throw new WaitingEnded();
      }
    }
  }
}
