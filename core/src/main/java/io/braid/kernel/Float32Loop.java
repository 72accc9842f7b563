package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/**
 * The product of a few rows with a FLOAT32 matrix. The reference implementation is libtorch's,
 * which reaches only half the memory bandwidth for so few rows; the last bits differ.
 */
public final class Float32Loop extends StreamedProduct {
  /** Largest number of rows. With more rows, libtorch is faster. */
  private static final int MOST_ROWS = 16;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /**
   * Creates a product that reads the weights in place; they must outlive it.
   *
   * @param weight [out, in] FLOAT32
   * @param bias [out] FLOAT32
   */
  public Float32Loop(Tensor weight, Optional<Tensor> bias) {
    super(weight, bias);
  }

  /**
   * Returns whether this class can compute a product, if the Vector API is available.
   *
   * @param weight [out, in]
   */
  public static boolean takes(Tensor weight) {
    return weight.dtype() == DType.FLOAT32
        && weight.isOnHost()
        && weight.size(0) % FOUR == 0
        && weight.size(1) % LANES == 0;
  }

  @Override
  public int mostRows() {
    return MOST_ROWS;
  }

  /**
   * Packs into [rows / FOUR, in / LANES, FOUR, LANES]. Missing rows are not written; their products
   * are ignored.
   */
  @Override
  public void pack(HostRows x, int rows, float[] packed) {
    int each = together(rows);
    for (int row = 0; row < rows; row++) {
      long from = x.at(row);
      int to = row / each * each * in + row % each * LANES;
      for (int i = 0; i < in; i += LANES) {
        numbers(x.memory(), from + 4L * i).intoArray(packed, to + each * i);
      }
    }
  }

  private static FloatVector numbers(MemorySegment memory, long at) {
    return FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER);
  }

  @Override
  void abreast(
      MemorySegment weight, long at0, long at1, long at2, long at3, float[] x, float[] sums) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    for (int i = 0; i < in; i += LANES) {
      FloatVector numbers = FloatVector.fromArray(SPECIES, x, i);
      sum0 = numbers(weight, at0 + 4L * i).fma(numbers, sum0);
      sum1 = numbers(weight, at1 + 4L * i).fma(numbers, sum1);
      sum2 = numbers(weight, at2 + 4L * i).fma(numbers, sum2);
      sum3 = numbers(weight, at3 + 4L * i).fma(numbers, sum3);
    }
    sum0.intoArray(sums, 0);
    sum1.intoArray(sums, LANES);
    sum2.intoArray(sums, 2 * LANES);
    sum3.intoArray(sums, 3 * LANES);
  }

  @Override
  void four(
      MemorySegment weight,
      long output0,
      long rowBytes,
      float[] x,
      int row,
      int from,
      int to,
      float[] sums,
      int at) {
    long output1 = output0 + rowBytes;
    long output2 = output1 + rowBytes;
    long output3 = output2 + rowBytes;
    FloatVector a0 = FloatVector.fromArray(SPECIES, sums, at);
    FloatVector b0 = FloatVector.fromArray(SPECIES, sums, at + LANES);
    FloatVector c0 = FloatVector.fromArray(SPECIES, sums, at + 2 * LANES);
    FloatVector e0 = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
    FloatVector a1 = FloatVector.fromArray(SPECIES, sums, at + 4 * LANES);
    FloatVector b1 = FloatVector.fromArray(SPECIES, sums, at + 5 * LANES);
    FloatVector c1 = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
    FloatVector e1 = FloatVector.fromArray(SPECIES, sums, at + 7 * LANES);
    FloatVector a2 = FloatVector.fromArray(SPECIES, sums, at + 8 * LANES);
    FloatVector b2 = FloatVector.fromArray(SPECIES, sums, at + 9 * LANES);
    FloatVector c2 = FloatVector.fromArray(SPECIES, sums, at + 10 * LANES);
    FloatVector e2 = FloatVector.fromArray(SPECIES, sums, at + 11 * LANES);
    FloatVector a3 = FloatVector.fromArray(SPECIES, sums, at + 12 * LANES);
    FloatVector b3 = FloatVector.fromArray(SPECIES, sums, at + 13 * LANES);
    FloatVector c3 = FloatVector.fromArray(SPECIES, sums, at + 14 * LANES);
    FloatVector e3 = FloatVector.fromArray(SPECIES, sums, at + 15 * LANES);
    for (int i = from; i < to; i += LANES) {
      FloatVector w0 = numbers(weight, output0 + 4L * i);
      FloatVector w1 = numbers(weight, output1 + 4L * i);
      FloatVector w2 = numbers(weight, output2 + 4L * i);
      FloatVector w3 = numbers(weight, output3 + 4L * i);
      int here = row + FOUR * i;
      FloatVector a = FloatVector.fromArray(SPECIES, x, here);
      a0 = w0.fma(a, a0);
      a1 = w1.fma(a, a1);
      a2 = w2.fma(a, a2);
      a3 = w3.fma(a, a3);
      FloatVector b = FloatVector.fromArray(SPECIES, x, here + LANES);
      b0 = w0.fma(b, b0);
      b1 = w1.fma(b, b1);
      b2 = w2.fma(b, b2);
      b3 = w3.fma(b, b3);
      FloatVector c = FloatVector.fromArray(SPECIES, x, here + 2 * LANES);
      c0 = w0.fma(c, c0);
      c1 = w1.fma(c, c1);
      c2 = w2.fma(c, c2);
      c3 = w3.fma(c, c3);
      FloatVector e = FloatVector.fromArray(SPECIES, x, here + 3 * LANES);
      e0 = w0.fma(e, e0);
      e1 = w1.fma(e, e1);
      e2 = w2.fma(e, e2);
      e3 = w3.fma(e, e3);
    }
    a0.intoArray(sums, at);
    b0.intoArray(sums, at + LANES);
    c0.intoArray(sums, at + 2 * LANES);
    e0.intoArray(sums, at + 3 * LANES);
    a1.intoArray(sums, at + 4 * LANES);
    b1.intoArray(sums, at + 5 * LANES);
    c1.intoArray(sums, at + 6 * LANES);
    e1.intoArray(sums, at + 7 * LANES);
    a2.intoArray(sums, at + 8 * LANES);
    b2.intoArray(sums, at + 9 * LANES);
    c2.intoArray(sums, at + 10 * LANES);
    e2.intoArray(sums, at + 11 * LANES);
    a3.intoArray(sums, at + 12 * LANES);
    b3.intoArray(sums, at + 13 * LANES);
    c3.intoArray(sums, at + 14 * LANES);
    e3.intoArray(sums, at + 15 * LANES);
  }
}
