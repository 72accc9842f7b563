package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of a few rows with a large matrix. It reads the weights once, in place, at the speed
 * of the memory. A row's sums do not depend on the other rows.
 */
public abstract sealed class StreamedProduct implements FewRowsProduct
    permits Bfloat16Loop, Float32Loop {
  /** Number of rows, and number of outputs, that are processed together. */
  static final int FOUR = 4;

  static final VectorSpecies<Float> SPECIES = Vectors.SPECIES;
  static final int LANES = SPECIES.length();

  /**
   * Number of outputs whose weights are prefetched into the core's cache before they are
   * multiplied.
   */
  private static final int BLOCK = 32;

  /** Number of inputs for which four rows stay in the L1 cache across outputs. */
  private static final int INPUTS = 1024;

  private static final int CACHE_LINE = 64; // bytes

  private static final VectorShuffle<Float> BY_1 = rotated(1);
  private static final VectorShuffle<Float> BY_2 = rotated(2);
  private static final VectorShuffle<Float> BY_4 = rotated(4);
  private static final VectorShuffle<Float> BY_8 = rotated(8);
  private static final long WORTH_A_THREAD = 100_000; // weights

  final int in;
  private final int outputs;
  private final HostRows weight;
  private final Optional<MemorySegment> bias; // [outputs]

  @SuppressWarnings("unused") // written, so that the compiler keeps the reads
  private int fetched;

  /** Creates a product that reads the weights [out, in] in place; they must outlive it. */
  StreamedProduct(Tensor weight, Optional<Tensor> bias) {
    this.in = (int) weight.size(1);
    this.outputs = (int) weight.size(0);
    this.weight = weight.hostRows();
    this.bias = bias.map(Tensor::memory);
  }

  /**
   * Computes x·Wᵀ + b, on several threads if that is faster.
   *
   * @param x [rows, in] FLOAT32
   * @return [rows, out] FLOAT32
   */
  public Tensor apply(Tensor x) {
    int rows = (int) x.size(0);
    Tensor out = Tensor.empty(DType.FLOAT32, rows, outputs);
    HostRows to = out.hostRows();
    float[] packed = new float[packedSize(rows)];
    pack(x.hostRows(), rows, packed);
    OpenMp.forEach(
        Math.ceilDiv(outputs, GRAIN),
        (long) in * outputs > WORTH_A_THREAD,
        (from, end) ->
            multiply(
                packed, rows, from * GRAIN, Math.min(outputs, end * GRAIN), to, /* adds= */ false));
    return out;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public int packedSize(int rows) {
    return together(rows) * Math.ceilDiv(rows, together(rows)) * in;
  }

  /** Returns the padded number of rows; a single row is not padded. */
  static int together(int rows) {
    return rows == 1 ? 1 : FOUR;
  }

  @Override
  public void multiply(float[] packed, int rows, int from, int to, HostRows out, boolean adds) {
    if (rows == 1) {
      alone(packed, from, to, out, adds);
      return;
    }
    MemorySegment memory = weight.memory();
    int fours = Math.ceilDiv(rows, FOUR);
    float[] sums = new float[fours * BLOCK * FOUR * LANES]; // of each row and output
    for (int first = from; first < to; first += BLOCK) {
      int count = Math.min(BLOCK, to - first);
      fetched = fetch(memory, weight.at(first), weight.at(first + count));
      Arrays.fill(sums, 0);
      for (int start = 0; start < in; start += INPUTS) {
        int end = Math.min(in, start + INPUTS);
        for (int rowsOfFour = 0; rowsOfFour < fours; rowsOfFour++) {
          for (int o = 0; o < count; o += FOUR) {
            four(
                memory,
                weight.at(first + o),
                weight.rowBytes(),
                packed,
                rowsOfFour * FOUR * in,
                start,
                end,
                sums,
                (rowsOfFour * BLOCK + o) * FOUR * LANES);
          }
        }
      }
      for (int row = 0; row < rows; row++) {
        for (int o = 0; o < count; o++) {
          int at = ((row / FOUR * BLOCK + o) * FOUR + row % FOUR) * LANES;
          put(out, row, first + o, sum(sums, at), adds);
        }
      }
    }
  }

  private void put(HostRows out, int row, int output, float product, boolean adds) {
    long at = out.at(row) + 4L * output;
    float number = product;
    if (bias.isPresent()) {
      number += bias.get().getAtIndex(FLOAT, output);
    }
    if (adds) {
      number += out.memory().get(FLOAT, at);
    }
    out.memory().set(FLOAT, at, number);
  }

  /**
   * Prefetches by reading one number from each cache line, along four streams at once. The products
   * themselves request weights too late: there are too many instructions between two reads for the
   * processor to look ahead.
   */
  private static int fetch(MemorySegment weight, long from, long to) {
    long quarter = (to - from) / FOUR / CACHE_LINE * CACHE_LINE;
    int seen = 0;
    for (long at = from; at < from + quarter; at += CACHE_LINE) {
      seen |= weight.get(INT, at);
      seen |= weight.get(INT, at + quarter);
      seen |= weight.get(INT, at + 2 * quarter);
      seen |= weight.get(INT, at + 3 * quarter);
    }
    return seen;
  }

  /**
   * Multiplies one row with some outputs' weights, reading four streams at once; there are too few
   * products for prefetching to pay off.
   */
  private void alone(float[] x, int from, int to, HostRows out, boolean adds) {
    int each = (to - from) / FOUR; // outputs are a multiple
    float[] sums = new float[FOUR * LANES];
    for (int output = from; output < from + each; output++) {
      abreast(
          weight.memory(),
          weight.at(output),
          weight.at(output + each),
          weight.at(output + 2 * each),
          weight.at(output + 3 * each),
          x,
          sums);
      for (int place = 0; place < FOUR; place++) {
        put(out, 0, output + place * each, sum(sums, place * LANES), adds);
      }
    }
  }

  /**
   * Multiplies one row with the weights of four outputs that are far apart in memory.
   *
   * @param sums [FOUR, LANES], overwritten
   */
  abstract void abreast(
      MemorySegment weight, long at0, long at1, long at2, long at3, float[] x, float[] sums);

  /**
   * Multiplies four rows by the weights of four adjacent outputs, over a range of inputs, and adds
   * the products to the sums.
   *
   * @param output0 offset of the first output's weights
   * @param row offset of the packed rows
   * @param sums [outputs, FOUR, LANES] from {@code at} on, to which the products are added
   */
  abstract void four(
      MemorySegment weight,
      long output0,
      long rowBytes,
      float[] x,
      int row,
      int from,
      int to,
      float[] sums,
      int at);

  private static VectorShuffle<Float> rotated(int lanes) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + lanes) % LANES);
  }

  /** Sums all lanes by pairwise addition; the Vector API's own reduction may use any order. */
  private static float sum(float[] numbers, int at) {
    FloatVector lanes = FloatVector.fromArray(SPECIES, numbers, at);
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
