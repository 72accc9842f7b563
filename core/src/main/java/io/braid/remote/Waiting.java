package io.braid.remote;

import java.util.concurrent.TimeUnit;

/**
 * Handles the waiting for unavailable services. When a run is asked to stop, all waiting in the
 * process ends, so that the run can save at once.
 */
public final class Waiting {
  private static final Object CHANGE = new Object();
  private static boolean ended; // guarded by CHANGE

  private Waiting() {}

  /** Ends all waiting; failing calls throw {@link WaitingEnded} from now on. */
  public static void end() {
    synchronized (CHANGE) {
      ended = true;
      CHANGE.notifyAll();
    }
  }

  /** Allows waiting again. */
  public static void resume() {
    synchronized (CHANGE) {
      ended = false;
    }
  }

  /**
   * Waits.
   *
   * @throws WaitingEnded if waiting was ended
   */
  static void pause(long nanos) throws InterruptedException {
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
