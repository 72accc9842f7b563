package io.braid.app.bench;

import io.braid.tensor.DType;
import io.braid.tensor.Engine;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Measures the peak performance of this machine, the basis of utilisation figures. */
public final class MachinePeaks {
  private static final int[] MATRIX_SIZES = {512, 1024, 2048, 4096};
  private static final double LONGEST_PRODUCT = 1; // seconds; larger matrices are left out
  private static final long COPIED = 256L << 20; // bytes; no cache holds it twice
  private static final int REPEATS = 4;

  /**
   * Memory copy bandwidth in GB/s, counting read and written bytes.
   *
   * @param engine bandwidth of libtorch's copy
   * @param jvm bandwidth of the Java runtime's copy, split among threads
   */
  public record Copy(double engine, double jvm) {
    /** Returns the larger of the two. */
    public double best() {
      return Math.max(engine, jvm);
    }
  }

  private MachinePeaks() {}

  /**
   * Measures products of square matrices of several sizes, computed as in a linear layer on the
   * engine's threads; returns the fastest.
   *
   * @return 10⁹ operations per second, counting multiplications and additions
   */
  public static double matmul(DType dtype) {
    double best = 0;
    try (Gradients off = Gradients.inference();
        RandomSource random = new RandomSource(1)) {
      double expected = 0; // seconds
      for (int n : MATRIX_SIZES) {
        if (expected > LONGEST_PRODUCT) {
          break;
        }
        double seconds = product(dtype, n, random);
        best = Math.max(best, 2.0 * n * n * n / seconds / 1e9);
        expected = 8 * seconds; // of twice the size
      }
    }
    return best;
  }

  /** Returns the shortest time of a product of n × n matrices, in seconds. */
  private static double product(DType dtype, int n, RandomSource random) {
    try (Scope scope = Scope.open()) {
      Tensor a = Tensor.randn(random, n, n).to(dtype);
      Tensor b = Tensor.randn(random, n, n).to(dtype);
      return fastest(() -> {
        try (Scope each = Scope.open()) {
          Functional.linear(a, b);
        }
      });
    }
  }

  /** Measures copying far more than fits into the caches, with the engine's number of threads. */
  public static Copy copy() {
    double engine = 2.0 * COPIED / copyByEngine() / 1e9;
    return new Copy(engine, 2.0 * COPIED / copyByJvm(Engine.threads()) / 1e9);
  }

  private static double copyByEngine() {
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      long numbers = COPIED / DType.FLOAT32.bytes();
      Tensor from = Tensor.ones(DType.FLOAT32, numbers);
      Tensor to = Tensor.zeros(DType.FLOAT32, numbers);
      return fastest(() -> {
        try (Scope each = Scope.open()) {
          to.copyInPlace(from);
        }
      });
    }
  }

  private static double copyByJvm(int threads) {
    try (Arena arena = Arena.ofShared();
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      MemorySegment from = arena.allocate(COPIED, 64).fill((byte) 1);
      MemorySegment to = arena.allocate(COPIED, 64).fill((byte) 0);
      return fastest(() -> {
        List<Future<?>> parts = new ArrayList<>();
        for (int part = 0; part < threads; part++) {
          long start = COPIED * part / threads;
          long length = COPIED * (part + 1) / threads - start;
          parts.add(pool.submit(() -> MemorySegment.copy(from, start, to, start, length)));
        }
        parts.forEach(MachinePeaks::await);
      });
    }
  }

  private static void await(Future<?> part) {
    try {
      part.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  /** Returns the shortest time of several runs, in seconds. */
  private static double fastest(Runnable work) {
    double best = Double.POSITIVE_INFINITY;
    for (int run = 0; run < REPEATS; run++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }
}
