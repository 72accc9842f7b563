package io.braid.tensor;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that go through the same work together: each calls the same loops in the same order,
 * takes a share of every one, and leaves it when all of it is done. Between loops that are short
 * this costs a fraction of beginning each one anew.
 */
public final class Team {
  /** Portions for each thread, as in {@link OpenMp}. */
  private static final int PORTIONS = 8;

  /** Looks at the others before the core is offered to them. */
  private static final int PATIENCE = 1_000;

  private volatile int size;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger next = new AtomicInteger();
  private volatile int loops; // that all have left
  private volatile boolean broken;

  private Team(int size) {
    this.size = size;
  }

  /** A thread by itself. */
  public static Team alone() {
    return new Team(1);
  }

  static Team of(int size) {
    return new Team(size);
  }

  /**
   * Does a loop's items, in any order, and returns when all are done.
   *
   * @param items the same for every thread
   * @throws IllegalStateException when another thread has thrown
   */
  public void forEach(int items, OpenMp.Body body) {
    if (size == 1) {
      body.run(0, items);
      return;
    }
    int portion = Math.max(1, items / (size * PORTIONS));
    int from;
    while ((from = next.getAndAdd(portion)) < items) {
      body.run(from, Math.min(items, from + portion));
    }
    await();
  }

  private void await() {
    int now = loops;
    if (arrived.incrementAndGet() == size) {
      arrived.set(0);
      next.set(0);
      loops = now + 1;
      return;
    }
    for (int looks = 0; loops == now; looks++) {
      if (broken) {
        throw new IllegalStateException("another thread of the team has failed");
      }
      if (looks < PATIENCE) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** Says how many have come, which each does first. */
  void meet(int threads) {
    size = threads;
  }

  /** Sends the others home. */
  void fail() {
    broken = true;
  }
}
