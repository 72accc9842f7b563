package io.braid.tensor;

/** How fast a linear layer multiplies in each type, computed the way layers are on this machine. */
public final class ProductSpeed {
  private static final int RUNS = 5;

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
    return measure(
        shape,
        (x, weight) -> {
          Tensor a = x.to(dtype);
          Tensor b = weight.to(dtype);
          return () -> Functional.linear(a, b);
        });
  }

  /** The same with weights of signed bytes; rounding the rows to bytes is in the time. */
  public static double int8Gflops(Shape shape) {
    return measure(
        shape,
        (x, weight) -> {
          Int8Rows bytes = Int8Rows.of(weight);
          return () -> Int8Rows.of(x).times(bytes);
        });
  }

  private interface Product {
    Tensor multiply();
  }

  private interface Preparation {
    Product of(Tensor x, Tensor weight);
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
        long start = System.nanoTime();
        try (Scope each = Scope.open()) {
          product.multiply().select(0, 0).select(0, 0).item(); // waits for a device to finish
        }
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return 2.0 * shape.rows * shape.in * shape.out / best / 1e9;
    }
  }
}
