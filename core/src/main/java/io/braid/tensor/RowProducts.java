package io.braid.tensor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Determines whether a FLOAT32 matrix product gives a row the same bits regardless of the other
 * rows in the batch.
 *
 * <p>Rollouts and training compute a token in different batches, so equal log-probabilities require
 * this. No BLAS library guarantees it: which kernel computes a row, and in which order it sums,
 * depends on the processor, the library and the shape. It is therefore measured on this machine,
 * once for each width.
 */
public final class RowProducts {
  /**
   * Minimum number of rows; libraries use different kernels for fewer rows, so smaller batches are
   * padded.
   */
  public static final int FEWEST_ROWS = 8;

  private static final int ALL_ROWS = 131;
  private static final int[] ROWS = {FEWEST_ROWS, 9, 11, 16, 29, 64, 100};
  private static final long[][] COMMON_WIDTHS = {{16, 24}, {96, 110}, {64, 2011}, {576, 960}};

  private record Widths(long in, long out) {}

  private static final Map<Widths, Boolean> EXACT = new ConcurrentHashMap<>();

  private RowProducts() {}

  /** Returns whether rows get the same bits for several common widths. */
  public static boolean exact() {
    for (long[] widths : COMMON_WIDTHS) {
      if (!exact(widths[0], widths[1])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether rows get the same bits in products with a matrix [out, in].
   *
   * @param in numbers in a row
   * @param out numbers in a row of the product
   */
  public static boolean exact(long in, long out) {
    return EXACT.computeIfAbsent(new Widths(in, out), RowProducts::measure);
  }

  private static boolean measure(Widths widths) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(widths.in)) {
      Tensor x = Tensor.randn(random, ALL_ROWS, widths.in);
      Tensor weight = Tensor.randn(random, widths.out, widths.in);
      Tensor all = Functional.linear(x, weight); // [ALL_ROWS, out]
      for (int rows : ROWS) {
        for (int from : new int[] {0, 3, ALL_ROWS - rows}) {
          Tensor some = Functional.linear(x.narrow(0, from, rows), weight);
          if (!some.sameAs(all.narrow(0, from, rows))) {
            return false;
          }
        }
      }
      return true;
    }
  }
}
