package io.braid.tensor;

import java.util.Arrays;

/**
 * Measures the products of a linear layer for each type, computed as layers are on this machine.
 */
public final class ProductSpeed {
  private static final int RUNS = 5;
  private static final int PAIRS = 9;

  private ProductSpeed() {}

  /**
   * A product's shape.
   *
   * @param rows number of rows of activations
   * @param in numbers in a row
   * @param out numbers in a row of the product
   */
  public record Shape(int rows, int in, int out) {
    /** Rows and weights of one size. */
    public static Shape square(int n) {
      return new Shape(n, n, n);
    }
  }

  /**
   * Measures products with random weights of a type and returns the speed of the fastest.
   *
   * @return 10⁹ operations per second; a multiplication and an addition count as two
   */
  public static double gflops(DType dtype, Shape shape) {
    return measure(shape, in(dtype));
  }

  /**
   * Measures products with int8 weights like {@link #gflops}; the time includes quantizing the
   * rows.
   */
  public static double int8Gflops(Shape shape) {
    return measure(shape, INT8);
  }

  /**
   * Returns the time of a product with bfloat16 weights divided by its time in FLOAT32: the median
   * of paired ratios, since other programs may use the processor meanwhile.
   */
  public static double bfloat16Slowdown(Shape shape) {
    return slowdown(shape, BFLOAT16);
  }

  /** Returns the same ratio for int8 weights. */
  public static double int8Slowdown(Shape shape) {
    return slowdown(shape, INT8);
  }

  private interface Product {
    Tensor multiply();
  }

  private interface Preparation {
    Product of(Tensor x, Tensor weight);
  }

  private static final Preparation BFLOAT16 = in(DType.BFLOAT16);

  private static final Preparation INT8 =
      (x, weight) -> {
        Int8Rows bytes = Int8Rows.of(weight);
        return () -> Int8Rows.of(x).times(bytes);
      };

  private static Preparation in(DType dtype) {
    return (x, weight) -> {
      Tensor a = x.to(dtype);
      Tensor b = weight.to(dtype);
      return () -> Functional.linear(a, b);
    };
  }

  private static double slowdown(Shape shape, Preparation narrow) {
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open();
        RandomSource random = new RandomSource(1)) {
      Tensor x = Tensor.randn(random, shape.rows, shape.in);
      Tensor weight = Tensor.randn(random, shape.out, shape.in);
      Product wide = in(DType.FLOAT32).of(x, weight);
      Product other = narrow.of(x, weight);
      seconds(wide);
      seconds(other); // the first call prepares the operator
      double[] ratios = new double[PAIRS];
      for (int pair = 0; pair < PAIRS; pair++) {
        ratios[pair] = seconds(other) / seconds(wide);
      }
      Arrays.sort(ratios);
      return ratios[PAIRS / 2];
    }
  }

  private static double measure(Shape shape, Preparation preparation) {
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open();
        RandomSource random = new RandomSource(1)) {
      Product product =
          preparation.of(
              Tensor.randn(random, shape.rows, shape.in),
              Tensor.randn(random, shape.out, shape.in));
      double best = Double.POSITIVE_INFINITY;
      for (int run = 0; run < RUNS; run++) {
        best = Math.min(best, seconds(product));
      }
      return 2.0 * shape.rows * shape.in * shape.out / best / 1e9;
    }
  }

  private static double seconds(Product product) {
    long start = System.nanoTime();
    try (Scope each = Scope.open()) {
      product.multiply().select(0, 0).select(0, 0).item(); // waits for a device to finish
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
