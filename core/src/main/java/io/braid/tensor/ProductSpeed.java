package io.braid.tensor;

import java.util.Arrays;

/** How fast a linear layer multiplies in each type, computed the way layers are on this machine. */
public final class ProductSpeed {
  private static final int RUNS = 5;
  private static final int PAIRS = 9;

  private ProductSpeed() {}

  /**
   * A product's shape.
   *
   * @param rows of activations
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
   * The best of several products with random weights of a type.
   *
   * @return 10⁹ operations a second; a multiplication and an addition are two
   */
  public static double gflops(DType dtype, Shape shape) {
    return measure(shape, in(dtype));
  }

  /** The same with weights of signed bytes; rounding the rows to bytes is in the time. */
  public static double int8Gflops(Shape shape) {
    return measure(shape, INT8);
  }

  /**
   * How many times as long a product takes with bfloat16 weights as in FLOAT32: the median of
   * paired ratios, since other programs may use the processor meanwhile.
   */
  public static double bfloat16Slowdown(Shape shape) {
    return slowdown(shape, BFLOAT16);
  }

  /** The same with weights of signed bytes. */
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
