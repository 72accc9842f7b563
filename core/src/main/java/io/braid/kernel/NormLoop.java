package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * RMS normalisation, whose forward and backward pass are each one loop over the rows. The reference
 * implementation is {@code Functional.rmsNorm} under autograd.
 */
public final class NormLoop {
  private static final VectorSpecies<Float> SPECIES = Vectors.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /**
   * Number of rows whose weight gradients are summed together; fixed, so that sums do not depend on
   * the number of threads.
   */
  static final int BLOCK = 64;

  private static final long WORTH_A_THREAD = 40_000; // numbers

  private NormLoop() {}

  /**
   * The result y = x·s·w with s = 1 / √(mean(x²) + ε).
   *
   * @param y [n, width]
   * @param scales [n], s of each row
   */
  public record Normed(Tensor y, Tensor scales) {}

  /**
   * Runs the forward pass.
   *
   * @param x [n, width] FLOAT32, in the host's memory
   * @param weight [width] FLOAT32
   */
  public static Normed forward(Tensor x, Tensor weight, double epsilon) {
    int rows = (int) x.size(0);
    int width = (int) x.size(1);
    Tensor y = Tensor.empty(DType.FLOAT32, rows, width);
    Tensor scales = Tensor.empty(DType.FLOAT32, rows);
    HostRows from = x.hostRows();
    HostRows to = y.hostRows();
    MemorySegment w = weight.memory();
    MemorySegment s = scales.memory();
    OpenMp.forEach(
        rows,
        (long) rows * width > WORTH_A_THREAD,
        (first, end) -> {
          for (int row = first; row < end; row++) {
            float scale = scale(from.memory(), from.at(row), width, epsilon);
            s.setAtIndex(ValueLayout.JAVA_FLOAT, row, scale);
            multiply(from.memory(), from.at(row), w, scale, to.memory(), to.at(row), width);
          }
        });
    return new Normed(y, scales);
  }

  /** Computes s of a row. */
  static float scale(MemorySegment x, long at, int width, double epsilon) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < width; i += LANES) {
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, x, at + 4L * i, ORDER);
      sum = v.fma(v, sum);
    }
    return (float) (1 / Math.sqrt(inOrder(sum) / width + epsilon));
  }

  /** Computes y = x·s·w for a row. */
  static void multiply(
      MemorySegment x,
      long from,
      MemorySegment w,
      float scale,
      MemorySegment y,
      long to,
      int width) {
    for (int i = 0; i < width; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, x, from + 4L * i, ORDER)
          .mul(scale)
          .mul(FloatVector.fromMemorySegment(SPECIES, w, 4L * i, ORDER))
          .intoMemorySegment(y, to + 4L * i, ORDER);
    }
  }

  /**
   * Runs the backward pass. With h = g·w, the gradient with respect to x is s·(h − x·s²·mean(h·x)),
   * and with respect to w it is Σ g·x·s.
   *
   * @param gradient g, [n, width], with respect to y
   * @param x the input of the forward pass, [n, width]
   * @param scales from the forward pass
   * @param beside [n, width], another gradient with respect to x, which is added to the result
   * @param weightGradient [width], accumulates the gradient of the weight
   * @return [n, width], the gradient with respect to x
   */
  public static Tensor backward(
      Tensor gradient,
      Tensor x,
      Tensor scales,
      Tensor weight,
      Tensor beside,
      Tensor weightGradient) {
    int rows = (int) x.size(0);
    int width = (int) x.size(1);
    int blocks = Math.ceilDiv(rows, BLOCK);
    Tensor out = Tensor.empty(DType.FLOAT32, rows, width);
    Tensor sums = Tensor.zeros(DType.FLOAT32, blocks, width);
    HostRows g = gradient.hostRows();
    HostRows in = x.hostRows();
    HostRows add = beside.hostRows();
    HostRows to = out.hostRows();
    HostRows partial = sums.hostRows();
    MemorySegment w = weight.memory();
    MemorySegment s = scales.memory();
    OpenMp.forEach(
        blocks,
        (long) rows * width > WORTH_A_THREAD,
        (first, end) -> {
          for (int row = first * BLOCK; row < Math.min(rows, end * BLOCK); row++) {
            back(
                new At(g.memory(), g.at(row)),
                w,
                new At(in.memory(), in.at(row)),
                new At(add.memory(), add.at(row)),
                new At(to.memory(), to.at(row)),
                new At(partial.memory(), partial.at(row / BLOCK)),
                s.getAtIndex(ValueLayout.JAVA_FLOAT, row),
                width);
          }
        });
    weightGradient.addInPlace(sums.sum(0));
    return out;
  }

  private static double dot(At g, MemorySegment w, At x, int width) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < width; i += LANES) {
      FloatVector h = g.load(i).mul(FloatVector.fromMemorySegment(SPECIES, w, 4L * i, ORDER));
      sum = h.fma(x.load(i), sum);
    }
    return inOrder(sum);
  }

  /** The location of a row. */
  record At(MemorySegment memory, long offset) {
    private FloatVector load(int i) {
      return FloatVector.fromMemorySegment(SPECIES, memory, offset + 4L * i, ORDER);
    }

    private void store(int i, FloatVector numbers) {
      numbers.intoMemorySegment(memory, offset + 4L * i, ORDER);
    }
  }

  /**
   * Runs the backward pass of one row.
   *
   * @param g gradient with respect to y; may be the same memory as {@code to}
   * @param add another gradient with respect to x
   * @param to receives the gradient with respect to x
   * @param sums accumulates the gradient of the weight
   */
  static void back(At g, MemorySegment w, At x, At add, At to, At sums, float scale, int width) {
    double dot = dot(g, w, x, width);
    float pull = (float) (dot / width * scale * scale);
    for (int i = 0; i < width; i += LANES) {
      FloatVector gi = g.load(i);
      FloatVector xi = x.load(i);
      FloatVector h = gi.mul(FloatVector.fromMemorySegment(SPECIES, w, 4L * i, ORDER));
      to.store(i, h.sub(xi.mul(pull)).mul(scale).add(add.load(i)));
      sums.store(i, gi.fma(xi.mul(scale), sums.load(i)));
    }
  }

  /** Sums all lanes in order; the Vector API's own sum may use any order. */
  private static double inOrder(FloatVector lanes) {
    double sum = 0;
    for (float lane : lanes.toArray()) {
      sum += lane;
    }
    return sum;
  }
}
