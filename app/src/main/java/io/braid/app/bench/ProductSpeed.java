package io.braid.app.bench;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.Int8Rows;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;

/** How fast a linear layer multiplies in each type, computed the way layers are on this machine. */
public final class ProductSpeed {
  private static final int HOST_WIDTH = 1024;
  private static final int DEVICE_WIDTH = 8192;
  private static final int RUNS = 5;

  private ProductSpeed() {}

  /**
   * The best of several products of square matrices.
   *
   * @return 10⁹ operations a second; a multiplication and an addition are two
   */
  public static double gflops(DType dtype) {
    return measure((x, weight) -> {
      Tensor a = x.to(dtype);
      Tensor b = weight.to(dtype);
      return () -> Functional.linear(a, b);
    });
  }

  /** The same with weights of signed bytes, the rows rounded to bytes beforehand. */
  public static double int8Gflops() {
    return measure((x, weight) -> {
      Int8Rows a = Int8Rows.of(x);
      Int8Rows b = Int8Rows.of(weight);
      return () -> a.times(b);
    });
  }

  private interface Prepared {
    Tensor multiply();
  }

  private interface Preparation {
    Prepared of(Tensor x, Tensor weight);
  }

  private static double measure(Preparation preparation) {
    int n = Backend.current().cuda().isEmpty() ? HOST_WIDTH : DEVICE_WIDTH;
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open();
        RandomSource random = new RandomSource(1)) {
      Prepared product = preparation.of(Tensor.randn(random, n, n), Tensor.randn(random, n, n));
      double best = Double.POSITIVE_INFINITY;
      for (int run = 0; run < RUNS; run++) {
        long start = System.nanoTime();
        try (Scope each = Scope.open()) {
          product.multiply().select(0, 0).select(0, 0).item(); // waits for a device to finish
        }
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return 2.0 * n * n * n / best / 1e9;
    }
  }
}
