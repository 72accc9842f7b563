package io.braid.kernel;

import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Samples from categorical distributions by inverting their cumulative distribution functions. The
 * reference implementation is {@code TokenSampler}'s cumulative sum and binary search.
 */
public final class CategoricalLoop {
  private static final VectorSpecies<Float> SPECIES = Vectors.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Probabilities are first summed in blocks of this size, then one by one within a block. */
  private static final int BLOCK = 4 * LANES;

  private static final float LEAST = -1e30f; // log-probability, for the entropy
  private static final long WORTH_A_THREAD = 20_000; // numbers

  private CategoricalLoop() {}

  /**
   * Samples an index from each row: the first at which the cumulative probability exceeds u times
   * the total. An index of probability 0 is never sampled.
   *
   * @param logProbs [rows, width] FLOAT32, at most 0, in the host's memory
   * @param uniforms uniform random number u of each row, in [0, 1)
   * @param sampled overwritten by the index of each row, or by −1 if the total is not a positive
   *     number
   * @param chosen overwritten by the log-probability of each sampled index
   * @param entropies overwritten by the entropy of each row, −Σ p log p, in nats
   */
  public static void sample(
      Tensor logProbs, double[] uniforms, long[] sampled, float[] chosen, float[] entropies) {
    int width = (int) logProbs.size(1);
    HostRows rows = logProbs.hostRows();
    OpenMp.forEach(
        uniforms.length,
        (long) uniforms.length * width > WORTH_A_THREAD,
        (first, end) -> {
          double[] sums = new double[Math.ceilDiv(width, BLOCK)];
          float[] block = new float[BLOCK];
          float[] lanes = new float[LANES];
          for (int row = first; row < end; row++) {
            MemorySegment memory = rows.memory();
            long at = rows.at(row);
            entropies[row] = sumBlocks(memory, at, width, sums, block, lanes);
            int number = sample(memory, at, width, uniforms[row], sums, block);
            sampled[row] = number;
            chosen[row] =
                number < 0 ? Float.NaN : memory.get(ValueLayout.JAVA_FLOAT, at + 4L * number);
          }
        });
  }

  /** Writes the sum of each block's probabilities; returns the entropy. */
  private static float sumBlocks(
      MemorySegment memory, long at, int width, double[] sums, float[] block, float[] lanes) {
    FloatVector entropy = FloatVector.zero(SPECIES);
    for (int b = 0; b < sums.length; b++) {
      entropy = exponentials(memory, at, b * BLOCK, width, block, entropy);
      sums[b] = sum(block);
    }
    entropy.intoArray(lanes, 0);
    return (float) sum(lanes);
  }

  private static int sample(
      MemorySegment memory, long at, int width, double u, double[] sums, float[] block) {
    double total = sum(sums);
    if (!(total > 0) || Double.isInfinite(total)) {
      return -1;
    }
    double wanted = u * total;
    double before = 0;
    int b = 0;
    while (b < sums.length - 1 && before + sums[b] <= wanted) {
      before += sums[b++];
    }
    exponentials(memory, at, b * BLOCK, width, block, FloatVector.zero(SPECIES));
    int last = -1;
    for (int i = 0; i < BLOCK; i++) {
      if (block[i] > 0) {
        last = b * BLOCK + i;
        before += block[i];
        if (before > wanted) {
          break;
        }
      }
    }
    return last;
  }

  /** Writes exp(x) into the block, and 0 beyond the width; returns the entropy plus −x exp(x). */
  private static FloatVector exponentials(
      MemorySegment memory, long at, int first, int width, float[] block, FloatVector entropy) {
    FloatVector sum = entropy;
    for (int i = 0; i < BLOCK; i += LANES) {
      VectorMask<Float> inside = SPECIES.indexInRange(first + i, width);
      FloatVector x =
          FloatVector.fromMemorySegment(SPECIES, memory, at + 4L * (first + i), ORDER, inside);
      FloatVector p = x.broadcast(0f).blend(Exponential.ofNegative(x), inside);
      p.intoArray(block, i);
      sum = sum.sub(p.mul(x.max(LEAST))); // 0 · −∞ would not be a number
    }
    return sum;
  }

  private static double sum(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    return sum;
  }

  private static double sum(float[] block) {
    double sum = 0;
    for (float number : block) {
      sum += number;
    }
    return sum;
  }
}
