package io.braid.tensor;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A team of threads that run the same code. Each thread calls the same loops in the same order,
 * processes some chunks of every loop, and waits at a barrier until all chunks are done. For short
 * loops this costs far less than starting a parallel loop each time.
 */
public final class ThreadTeam {
  /** Number of chunks per thread, as in {@link OpenMp}. */
  private static final int CHUNKS_PER_THREAD = 8;

  /** Number of times that a waiting thread checks the barrier before it yields its core. */
  private static final int PATIENCE = 1_000;

  private volatile int size;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger next = new AtomicInteger();
  private volatile int loops; // completed by all threads
  private volatile boolean broken;

  private ThreadTeam(int size) {
    this.size = size;
  }

  /** Returns a team of one thread. */
  public static ThreadTeam alone() {
    return new ThreadTeam(1);
  }

  static ThreadTeam of(int size) {
    return new ThreadTeam(size);
  }

  /**
   * Runs a loop's items, in any order, and returns when all are done.
   *
   * @param items the same for every thread
   * @throws IllegalStateException if another thread has thrown an exception
   */
  public void forEach(int items, OpenMp.Body body) {
    if (size == 1) {
      body.run(0, items);
      return;
    }
    int chunk = Math.max(1, items / (size * CHUNKS_PER_THREAD));
    int from;
    while ((from = next.getAndAdd(chunk)) < items) {
      body.run(from, Math.min(items, from + chunk));
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

  /** Sets the number of threads; each thread calls this first. */
  void setSize(int threads) {
    size = threads;
  }

  /** Releases the other threads from the barrier with an error. */
  void fail() {
    broken = true;
  }
}
