package io.braid.kernel;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of a few rows with a BFLOAT16 matrix, for decoding on processors without bfloat16
 * instructions: weights are widened in registers. The reference implementation is libtorch's
 * product in FLOAT32.
 *
 * <p>A 32-bit integer holds two adjacent weights. Shifted left by 16 it is the first as a FLOAT32;
 * with its lower half cleared it is the second. Accordingly x is packed into vectors of even and of
 * odd elements.
 */
public final class Bfloat16Loop extends StreamedProduct {
  /**
   * Largest number of rows. With more rows, libtorch is faster, although it must widen the weights
   * first.
   */
  private static final int MOST_ROWS = 40;

  private static final VectorSpecies<Integer> PAIRS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(SPECIES.vectorBitSize()));
  private static final VectorShuffle<Float> EVEN = everySecond(0);
  private static final VectorShuffle<Float> ODD = everySecond(1);
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int SECOND = 0xFFFF0000;

  /**
   * Creates a product that reads the weights in place; they must outlive it.
   *
   * @param weight [out, in] BFLOAT16
   * @param bias [out] FLOAT32
   */
  public Bfloat16Loop(Tensor weight, Optional<Tensor> bias) {
    super(weight, bias);
  }

  /**
   * Assuming that the Vector API is available, returns whether this class can compute a product,
   * and faster than the other methods.
   *
   * @param rows number of rows of x
   * @param weight [out, in]
   */
  public static boolean takes(long rows, Tensor weight) {
    return weight.dtype() == DType.BFLOAT16
        && Backend.current().widensBfloat16()
        && weight.isOnHost()
        && rows <= MOST_ROWS
        && weight.size(0) % FOUR == 0
        && weight.size(1) % (2L * LANES) == 0
        && ByteOrder.nativeOrder() == ORDER;
  }

  @Override
  public int mostRows() {
    return MOST_ROWS;
  }

  /** Selects every second element of two vectors. */
  private static VectorShuffle<Float> everySecond(int first) {
    return VectorShuffle.fromOp(SPECIES, lane -> first + 2 * lane);
  }

  /**
   * Packs into [rows / FOUR, in / (2·LANES), FOUR, 2, LANES]. Of each pair of vectors, the even
   * elements come first, then the odd elements. Missing rows are not written; their products are
   * ignored.
   */
  @Override
  public void pack(HostRows x, int rows, float[] packed) {
    MemorySegment memory = x.memory();
    int each = together(rows);
    for (int row = 0; row < rows; row++) {
      long from = x.at(row);
      int to = row / each * each * in + row % each * 2 * LANES;
      for (int i = 0; i < in; i += 2 * LANES) {
        FloatVector low = FloatVector.fromMemorySegment(SPECIES, memory, from + 4L * i, ORDER);
        FloatVector high =
            FloatVector.fromMemorySegment(SPECIES, memory, from + 4L * (i + LANES), ORDER);
        low.rearrange(EVEN, high).intoArray(packed, to + each * i);
        low.rearrange(ODD, high).intoArray(packed, to + each * i + LANES);
      }
    }
  }

  private static IntVector pairs(MemorySegment weight, long at) {
    return IntVector.fromMemorySegment(PAIRS, weight, at, ORDER);
  }

  private static FloatVector first(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector second(IntVector pairs) {
    return pairs.and(SECOND).reinterpretAsFloats();
  }

  @Override
  void abreast(
      MemorySegment weight, long at0, long at1, long at2, long at3, float[] x, float[] sums) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    for (int i = 0; i < in; i += 2 * LANES) {
      FloatVector even = FloatVector.fromArray(SPECIES, x, i);
      FloatVector odd = FloatVector.fromArray(SPECIES, x, i + LANES);
      sum0 = plusProducts(sum0, pairs(weight, at0 + 2L * i), even, odd);
      sum1 = plusProducts(sum1, pairs(weight, at1 + 2L * i), even, odd);
      sum2 = plusProducts(sum2, pairs(weight, at2 + 2L * i), even, odd);
      sum3 = plusProducts(sum3, pairs(weight, at3 + 2L * i), even, odd);
    }
    sum0.intoArray(sums, 0);
    sum1.intoArray(sums, LANES);
    sum2.intoArray(sums, 2 * LANES);
    sum3.intoArray(sums, 3 * LANES);
  }

  private static FloatVector plusProducts(
      FloatVector sums, IntVector pairs, FloatVector even, FloatVector odd) {
    return second(pairs).fma(odd, first(pairs).fma(even, sums));
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
    for (int i = from; i < to; i += 2 * LANES) {
      IntVector w0 = pairs(weight, output0 + 2L * i);
      IntVector w1 = pairs(weight, output1 + 2L * i);
      IntVector w2 = pairs(weight, output2 + 2L * i);
      IntVector w3 = pairs(weight, output3 + 2L * i);
      FloatVector first0 = first(w0);
      FloatVector second0 = second(w0);
      FloatVector first1 = first(w1);
      FloatVector second1 = second(w1);
      FloatVector first2 = first(w2);
      FloatVector second2 = second(w2);
      FloatVector first3 = first(w3);
      FloatVector second3 = second(w3);
      int here = row + FOUR * i;
      FloatVector aEven = FloatVector.fromArray(SPECIES, x, here);
      FloatVector aOdd = FloatVector.fromArray(SPECIES, x, here + LANES);
      a0 = second0.fma(aOdd, first0.fma(aEven, a0));
      a1 = second1.fma(aOdd, first1.fma(aEven, a1));
      a2 = second2.fma(aOdd, first2.fma(aEven, a2));
      a3 = second3.fma(aOdd, first3.fma(aEven, a3));
      FloatVector bEven = FloatVector.fromArray(SPECIES, x, here + 2 * LANES);
      FloatVector bOdd = FloatVector.fromArray(SPECIES, x, here + 3 * LANES);
      b0 = second0.fma(bOdd, first0.fma(bEven, b0));
      b1 = second1.fma(bOdd, first1.fma(bEven, b1));
      b2 = second2.fma(bOdd, first2.fma(bEven, b2));
      b3 = second3.fma(bOdd, first3.fma(bEven, b3));
      FloatVector cEven = FloatVector.fromArray(SPECIES, x, here + 4 * LANES);
      FloatVector cOdd = FloatVector.fromArray(SPECIES, x, here + 5 * LANES);
      c0 = second0.fma(cOdd, first0.fma(cEven, c0));
      c1 = second1.fma(cOdd, first1.fma(cEven, c1));
      c2 = second2.fma(cOdd, first2.fma(cEven, c2));
      c3 = second3.fma(cOdd, first3.fma(cEven, c3));
      FloatVector eEven = FloatVector.fromArray(SPECIES, x, here + 6 * LANES);
      FloatVector eOdd = FloatVector.fromArray(SPECIES, x, here + 7 * LANES);
      e0 = second0.fma(eOdd, first0.fma(eEven, e0));
      e1 = second1.fma(eOdd, first1.fma(eEven, e1));
      e2 = second2.fma(eOdd, first2.fma(eEven, e2));
      e3 = second3.fma(eOdd, first3.fma(eEven, e3));
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
