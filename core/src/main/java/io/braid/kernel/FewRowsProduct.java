package io.braid.kernel;

import io.braid.tensor.HostRows;
import java.lang.foreign.ValueLayout;

/**
 * Products of a few rows with a matrix, x·Wᵀ + b, for decoding, when the weights are read for so
 * little work that any detour costs more than the work. Several threads may compute some outputs
 * each. A row's numbers do not depend on the rows beside it.
 */
public sealed interface FewRowsProduct permits PanelProduct, StreamedProduct {
  /** Outputs that are computed together: where a thread's share begins is a multiple of these. */
  int GRAIN = 16;

  /** A number in memory. */
  ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /** Two weights of half the width, or any bits. */
  ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** Rows of the matrix. */
  int outputs();

  /** More rows of x than these are multiplied faster otherwise. */
  int mostRows();

  /** How many numbers {@link #deal} makes of so many rows. */
  int dealtNumbers(int rows);

  /**
   * Puts x into the order in which it is multiplied.
   *
   * @param x [rows, in] FLOAT32
   * @param dealt is overwritten
   */
  void deal(HostRows x, int rows, float[] dealt);

  /**
   * Computes some outputs of each row.
   *
   * @param dealt what {@link #deal} made of x
   * @param from the first output, a multiple of {@link #GRAIN}
   * @param to one more than the last; a multiple as well, or all outputs
   * @param out [rows, outputs] FLOAT32
   * @param adds whether they are added to what stands there
   */
  void multiply(float[] dealt, int rows, int from, int to, HostRows out, boolean adds);
}
