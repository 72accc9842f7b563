package io.braid.kernel;

import io.braid.tensor.HostRows;
import java.lang.foreign.ValueLayout;

/**
 * The product of a few rows with a matrix, x·Wᵀ + b, for decoding, where reading the weights
 * dominates. Threads may share the outputs among them. A row's result does not depend on the other
 * rows.
 */
public sealed interface FewRowsProduct permits PanelProduct, StreamedProduct {
  /** Threads take outputs in multiples of this number. */
  int GRAIN = 16;

  /** The layout of a FLOAT32 number. */
  ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /** The layout of two BFLOAT16 weights, or of any 32 bits. */
  ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** The number of outputs: rows of the matrix. */
  int outputs();

  /** The largest batch for which this is the fastest product. */
  int mostRows();

  /** The length of what {@link #pack} writes for this many rows. */
  int packedSize(int rows);

  /**
   * Copies x into the order in which it is read.
   *
   * @param x [rows, in] FLOAT32
   * @param packed overwritten
   */
  void pack(HostRows x, int rows, float[] packed);

  /**
   * Computes some outputs of each row.
   *
   * @param packed x as {@link #pack} wrote it
   * @param from the first output, a multiple of {@link #GRAIN}
   * @param to one more than the last; a multiple as well, or all outputs
   * @param out [rows, outputs] FLOAT32
   * @param adds whether to add to the contents of {@code out}
   */
  void multiply(float[] packed, int rows, int from, int to, HostRows out, boolean adds);
}
