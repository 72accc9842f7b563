package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.Engine;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
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
  private static final int MOST_ROWS = 40;

  private static final int ROWS = 4;
  private static final int OUTPUTS = 4;

  /** Outputs whose weights are fetched into a core's own cache before they are multiplied. */
  private static final int BLOCK = 32;

  /** Inputs of a quad of rows that stay in the fastest cache while outputs go past. */
  private static final int INPUTS = 1024;

  /** Places at which memory is read at once: a processor fetches ahead along each. */
  private static final int STREAMS = 4;

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
  private final float[] x; // dealt
  private final HostRows weight;
  private final MemorySegment out; // [rows, outputs]
  private final int outputs;
  private final int quads; // of rows

  @SuppressWarnings("unused") // written, so that the reading is not left out
  private int fetched;

  private Bfloat16Loop(int rows, int in, float[] x, HostRows weight, int outputs, Tensor out) {
    this.rows = rows;
    this.in = in;
    this.x = x;
    this.weight = weight;
    this.outputs = outputs;
    this.quads = Math.ceilDiv(rows, ROWS);
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
        new Bfloat16Loop(rows, in, dealt(x.toFloats(), rows, in), weight.hostRows(), outputs, out);
    OpenMp.forEach(outputs / OUTPUTS, (long) in * outputs > WORTH_A_THREAD, loop::multiply);
    return out;
  }

  private static VectorShuffle<Float> turned(int lanes) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + lanes) % LANES);
  }

  /**
   * [quads, in / (2·LANES), ROWS, 2, LANES]: of each two lanes the numbers at even places, then
   * those at odd ones. A row alone is no quad.
   */
  private static float[] dealt(float[] x, int rows, int in) {
    int each = rows == 1 ? 1 : ROWS;
    float[] dealt = new float[Math.ceilDiv(rows, each) * each * in];
    for (int row = 0; row < rows; row++) {
      int to = row / each * each * in + row % each * 2 * LANES;
      for (int i = 0; i < in; i += 2 * LANES) {
        deal(x, row * in + i, dealt, to + each * i);
      }
    }
    return dealt;
  }

  private static void deal(float[] x, int from, float[] dealt, int to) {
    for (int lane = 0; lane < LANES; lane++) {
      dealt[to + lane] = x[from + 2 * lane];
      dealt[to + LANES + lane] = x[from + 2 * lane + 1];
    }
  }

  /** Some of the groups of outputs. */
  private void multiply(int from, int to) {
    if (rows == 1) {
      alone(from * OUTPUTS, to * OUTPUTS);
      return;
    }
    float[] sums = new float[quads * BLOCK * ROWS * LANES]; // of each row and output
    for (int first = from * OUTPUTS; first < to * OUTPUTS; first += BLOCK) {
      int count = Math.min(BLOCK, to * OUTPUTS - first);
      fetched = fetch(weight.memory(), weight.at(first), weight.at(first + count - 1) + 2L * in);
      Arrays.fill(sums, 0);
      for (int start = 0; start < in; start += INPUTS) {
        int end = Math.min(in, start + INPUTS);
        for (int quad = 0; quad < quads; quad++) {
          for (int o = 0; o < count; o += OUTPUTS) {
            four(
                weight.memory(),
                weight.at(first + o),
                weight.rowBytes(),
                x,
                quad * ROWS * in,
                start,
                end,
                sums,
                (quad * BLOCK + o) * ROWS * LANES);
          }
        }
      }
      put(first, count, sums);
    }
  }

  private void put(int first, int count, float[] sums) {
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < count; o++) {
        int at = ((row / ROWS * BLOCK + o) * ROWS + row % ROWS) * LANES;
        out.setAtIndex(
            ValueLayout.JAVA_FLOAT,
            (long) row * outputs + first + o,
            sum(FloatVector.fromArray(SPECIES, sums, at)));
      }
    }
  }

  /**
   * Reads weights at the memory's full speed. Products alone ask for their weights too late: there
   * are too many of them between two reads for the processor to look ahead.
   */
  private static int fetch(MemorySegment weight, long from, long to) {
    int step = PAIRS.vectorByteSize();
    long quarter = (to - from) / STREAMS / step * step;
    IntVector seen = IntVector.zero(PAIRS);
    for (long at = from; at < from + quarter; at += step) {
      seen = seen.or(pairs(weight, at));
      seen = seen.or(pairs(weight, at + quarter));
      seen = seen.or(pairs(weight, at + 2 * quarter));
      seen = seen.or(pairs(weight, at + 3 * quarter));
    }
    return seen.lane(0);
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
   * A row against some outputs, multiplied as they are read, at several places at once: it has too
   * few products for fetching to be worth a second pass. Where the streams do not come out even,
   * two of them compute some outputs both.
   */
  private void alone(int from, int to) {
    int each = (to - from + STREAMS - 1) / STREAMS;
    int[] starts = new int[STREAMS];
    Arrays.setAll(starts, stream -> Math.min(from + stream * each, to - each));
    long[] at = new long[STREAMS];
    float[] sums = new float[STREAMS * LANES];
    for (int output = 0; output < each; output++) {
      for (int stream = 0; stream < STREAMS; stream++) {
        at[stream] = weight.at(starts[stream] + output);
      }
      abreast(weight.memory(), at, x, in, sums);
      for (int stream = 0; stream < STREAMS; stream++) {
        out.setAtIndex(
            ValueLayout.JAVA_FLOAT,
            starts[stream] + output,
            sum(FloatVector.fromArray(SPECIES, sums, stream * LANES)));
      }
    }
  }

  /** A row against an output of each stream. */
  private static void abreast(MemorySegment weight, long[] at, float[] x, int in, float[] sums) {
    long at0 = at[0];
    long at1 = at[1];
    long at2 = at[2];
    long at3 = at[3];
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

  /** Four rows against four outputs: adds the products of some inputs. */
  private static void four(
      MemorySegment weight,
      long output0,
      long rowBytes,
      float[] x,
      int quad,
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
      int here = quad + ROWS * i;
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
