package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.Engine;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of a few rows with a matrix in BFLOAT16, for decoding on processors without instructions
 * for such products: the weights are read once, as they lie, and widened in the registers. The
 * plain reference is libtorch's product in FLOAT32.
 *
 * <p>An integer of 32 bits holds two neighbouring weights. Shifted by 16 it is the first as a
 * FLOAT32, without its lower half the second; the numbers of x are dealt out alike, in lanes of
 * even and of odd places. A row's sums do not depend on the rows beside it.
 */
public final class Bfloat16Loop {
  /** More rows than these are multiplied faster by libtorch, after the weights are widened. */
  private static final int MOST_ROWS = 24;

  private static final int ROWS = 4;
  private static final int OUTPUTS = 2;
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> PAIRS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(SPECIES.vectorBitSize()));
  private static final int LANES = SPECIES.length();
  private static final VectorShuffle<Float> BY_1 = turned(1);
  private static final VectorShuffle<Float> BY_2 = turned(2);
  private static final VectorShuffle<Float> BY_4 = turned(4);
  private static final VectorShuffle<Float> BY_8 = turned(8);
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int SECOND = 0xFFFF0000;
  private static final long WORTH_A_THREAD = 100_000; // weights

  private final int rows;
  private final int in;
  private final float[] x; // [rows, in], even and odd places apart
  private final HostRows weight;
  private final MemorySegment out; // [rows, outputs]
  private final int outputs;

  private Bfloat16Loop(int rows, int in, float[] x, HostRows weight, int outputs, Tensor out) {
    this.rows = rows;
    this.in = in;
    this.x = x;
    this.weight = weight;
    this.outputs = outputs;
    this.out = out.memory();
  }

  /**
   * Whether a product can and should be computed here, given that the Vector API is there.
   *
   * @param rows of x
   * @param weight [out, in]
   */
  public static boolean takes(long rows, Tensor weight) {
    return weight.dtype() == DType.BFLOAT16
        && Engine.bfloat16Instructions().isEmpty()
        && weight.isOnHost()
        && rows <= MOST_ROWS
        && weight.size(0) % OUTPUTS == 0
        && weight.size(1) % (2L * LANES) == 0
        && ByteOrder.nativeOrder() == ORDER;
  }

  /**
   * x·Wᵀ.
   *
   * @param x [rows, in] FLOAT32
   * @param weight [out, in] BFLOAT16
   * @return [rows, out] FLOAT32
   */
  public static Tensor products(Tensor x, Tensor weight) {
    int rows = (int) x.size(0);
    int in = (int) x.size(1);
    int outputs = (int) weight.size(0);
    Tensor out = Tensor.empty(DType.FLOAT32, rows, outputs);
    Bfloat16Loop loop =
        new Bfloat16Loop(rows, in, dealt(x.toFloats()), weight.hostRows(), outputs, out);
    OpenMp.forEach(outputs / OUTPUTS, (long) in * outputs > WORTH_A_THREAD, loop::multiply);
    return out;
  }

  private static VectorShuffle<Float> turned(int lanes) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + lanes) % LANES);
  }

  /** Of each two lanes the numbers at even places, then those at odd ones. */
  private static float[] dealt(float[] x) {
    float[] dealt = new float[x.length];
    for (int block = 0; block < x.length; block += 2 * LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        dealt[block + lane] = x[block + 2 * lane];
        dealt[block + LANES + lane] = x[block + 2 * lane + 1];
      }
    }
    return dealt;
  }

  /** Some of the blocks of outputs. */
  private void multiply(int from, int to) {
    if (rows == 1) {
      alone(from * OUTPUTS, to * OUTPUTS);
      return;
    }
    float[] sums = new float[ROWS * OUTPUTS];
    for (int output = from * OUTPUTS; output < to * OUTPUTS; output += OUTPUTS) {
      for (int row = 0; row < rows; row += ROWS) {
        four(weight.memory(), weight.at(output), weight.at(output + 1), row, sums);
        for (int r = 0; r < Math.min(ROWS, rows - row); r++) {
          long to0 = (long) (row + r) * outputs + output;
          out.setAtIndex(ValueLayout.JAVA_FLOAT, to0, sums[r * OUTPUTS]);
          out.setAtIndex(ValueLayout.JAVA_FLOAT, to0 + 1, sums[r * OUTPUTS + 1]);
        }
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

  /**
   * A row against some outputs, the first and the second half of them side by side: two streams
   * through the memory keep more reads under way than one.
   */
  private void alone(int from, int to) {
    int half = (to - from) / 2;
    float[] sums = new float[2];
    for (int output = from; output < from + half; output++) {
      two(weight.memory(), weight.at(output), weight.at(output + half), x, in, sums);
      out.setAtIndex(ValueLayout.JAVA_FLOAT, output, sums[0]);
      out.setAtIndex(ValueLayout.JAVA_FLOAT, (long) output + half, sums[1]);
    }
  }

  private static void two(
      MemorySegment weight, long output0, long output1, float[] x, int in, float[] sums) {
    FloatVector even0 = FloatVector.zero(SPECIES);
    FloatVector odd0 = FloatVector.zero(SPECIES);
    FloatVector even1 = FloatVector.zero(SPECIES);
    FloatVector odd1 = FloatVector.zero(SPECIES);
    for (int i = 0; i < in; i += 2 * LANES) {
      IntVector w0 = pairs(weight, output0 + 2L * i);
      IntVector w1 = pairs(weight, output1 + 2L * i);
      FloatVector even = FloatVector.fromArray(SPECIES, x, i);
      FloatVector odd = FloatVector.fromArray(SPECIES, x, i + LANES);
      even0 = first(w0).fma(even, even0);
      odd0 = second(w0).fma(odd, odd0);
      even1 = first(w1).fma(even, even1);
      odd1 = second(w1).fma(odd, odd1);
    }
    sums[0] = sum(even0.add(odd0));
    sums[1] = sum(even1.add(odd1));
  }

  /** Four rows against two outputs; where rows are missing the last one stands in their places. */
  private void four(MemorySegment weight, long output0, long output1, int row, float[] sums) {
    four(
        weight,
        output0,
        output1,
        x,
        row * in,
        Math.min(row + 1, rows - 1) * in,
        Math.min(row + 2, rows - 1) * in,
        Math.min(row + 3, rows - 1) * in,
        in,
        sums);
  }

  private static void four(
      MemorySegment weight,
      long output0,
      long output1,
      float[] x,
      int rowA,
      int rowB,
      int rowC,
      int rowE,
      int in,
      float[] sums) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector e0 = FloatVector.zero(SPECIES);
    FloatVector e1 = FloatVector.zero(SPECIES);
    for (int i = 0; i < in; i += 2 * LANES) {
      IntVector w0 = pairs(weight, output0 + 2L * i);
      IntVector w1 = pairs(weight, output1 + 2L * i);
      FloatVector first0 = first(w0);
      FloatVector first1 = first(w1);
      FloatVector second0 = second(w0);
      FloatVector second1 = second(w1);
      FloatVector aEven = FloatVector.fromArray(SPECIES, x, rowA + i);
      FloatVector aOdd = FloatVector.fromArray(SPECIES, x, rowA + i + LANES);
      a0 = second0.fma(aOdd, first0.fma(aEven, a0));
      a1 = second1.fma(aOdd, first1.fma(aEven, a1));
      FloatVector bEven = FloatVector.fromArray(SPECIES, x, rowB + i);
      FloatVector bOdd = FloatVector.fromArray(SPECIES, x, rowB + i + LANES);
      b0 = second0.fma(bOdd, first0.fma(bEven, b0));
      b1 = second1.fma(bOdd, first1.fma(bEven, b1));
      FloatVector cEven = FloatVector.fromArray(SPECIES, x, rowC + i);
      FloatVector cOdd = FloatVector.fromArray(SPECIES, x, rowC + i + LANES);
      c0 = second0.fma(cOdd, first0.fma(cEven, c0));
      c1 = second1.fma(cOdd, first1.fma(cEven, c1));
      FloatVector eEven = FloatVector.fromArray(SPECIES, x, rowE + i);
      FloatVector eOdd = FloatVector.fromArray(SPECIES, x, rowE + i + LANES);
      e0 = second0.fma(eOdd, first0.fma(eEven, e0));
      e1 = second1.fma(eOdd, first1.fma(eEven, e1));
    }
    sums[0] = sum(a0);
    sums[1] = sum(a1);
    sums[2] = sum(b0);
    sums[3] = sum(b1);
    sums[4] = sum(c0);
    sums[5] = sum(c1);
    sums[6] = sum(e0);
    sums[7] = sum(e1);
  }

  /**
   * The sum of all lanes, each with its neighbour, then pairs, …; the Vector API's own may take any
   * order.
   */
  private static float sum(FloatVector lanes) {
    FloatVector sums = lanes.add(lanes.rearrange(BY_1));
    sums = sums.add(sums.rearrange(BY_2));
    if (LANES > 4) {
      sums = sums.add(sums.rearrange(BY_4));
    }
    if (LANES > 8) {
      sums = sums.add(sums.rearrange(BY_8));
    }
    return sums.lane(0);
  }
}
