package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Embedding lookup on one thread. The reference implementation is {@code Functional.embedding}. */
public final class EmbeddingLoop {
  private EmbeddingLoop() {}

  /**
   * Copies the embeddings of a range of tokens, as FLOAT32.
   *
   * @param table [vocab, width] FLOAT32 or BFLOAT16, on the host
   * @param ids token ids of all rows, within the vocabulary
   * @param from the first row
   * @param to index after the last row
   * @param x [rows, width] FLOAT32
   * @param scale factor of the embeddings
   */
  public static void copy(Tensor table, long[] ids, int from, int to, HostRows x, float scale) {
    HostRows rows = table.hostRows();
    int width = (int) table.size(1);
    boolean whole = table.dtype() == DType.FLOAT32;
    for (int row = from; row < to; row++) {
      long at = rows.at((int) ids[row]);
      if (whole) {
        MemorySegment.copy(rows.memory(), at, x.memory(), x.at(row), 4L * width);
      } else {
        widen(rows.memory(), at, x.memory(), x.at(row), width);
      }
      if (scale != 1) {
        multiply(x.memory(), x.at(row), width, scale);
      }
    }
  }

  private static void multiply(MemorySegment x, long at, int width, float scale) {
    for (int i = 0; i < width; i++) {
      long place = at + 4L * i;
      x.set(ValueLayout.JAVA_FLOAT, place, x.get(ValueLayout.JAVA_FLOAT, place) * scale);
    }
  }

  /**
   * Widens a row. A BFLOAT16 number is the upper half of the FLOAT32 number with the same value.
   */
  private static void widen(MemorySegment half, long from, MemorySegment x, long to, int width) {
    for (int i = 0; i < width; i++) {
      int bits = half.get(ValueLayout.JAVA_SHORT, from + 2L * i) << 16;
      x.set(ValueLayout.JAVA_FLOAT, to + 4L * i, Float.intBitsToFloat(bits));
    }
  }
}
