package io.braid.kernel;

import io.braid.tensor.HostRows;
import java.lang.foreign.ValueLayout;

/**
 * The product of a few rows with a matrix, x·Wᵀ + b, for decoding, where reading the weights
 * dominates. Several threads may each compute a part of the outputs. A row's result does not depend
 * on the other rows.
 */
public sealed interface FewRowsProduct permits PanelProduct, StreamedProduct {
  /** The number of outputs per thread is a multiple of this number. */
  int GRAIN = 16;

  /** The layout of a FLOAT32 number. */
  ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /** The layout of two BFLOAT16 weights, or of any 32 bits. */
  ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** Returns the number of outputs, which is the number of rows of the matrix. */
  int outputs();

  /** Returns the largest number of rows for which this is the fastest product. */
  int mostRows();

  /** Returns the number of elements that {@link #pack} writes for a number of rows. */
  int packedSize(int rows);

  /**
   * Copies x into the order in which the product reads it.
   *
   * @param x [rows, in] FLOAT32
   * @param packed overwritten by x in this order
   */
  void pack(HostRows x, int rows, float[] packed);

  /**
   * Computes a range of outputs for each row.
   *
   * @param packed the output of {@link #pack} for x
   * @param from the first output, a multiple of {@link #GRAIN}
   * @param to index after the last output, which is a multiple of {@link #GRAIN} or the total
   *     number of outputs
   * @param out [rows, outputs] FLOAT32
   * @param adds whether to add to the contents of {@code out}
   */
  void multiply(float[] packed, int rows, int from, int to, HostRows out, boolean adds);
}
