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
 * Root-mean-square normalisation there and back, each in one loop over the rows. The plain
 * reference is {@code Functional.rmsNorm} and its recorded way back.
 */
public final class NormLoop {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Rows whose weight gradients are summed together; fixed, so that threads change no sum. */
  private static final int BLOCK = 64;

  private static final long WORTH_A_THREAD = 40_000; // numbers

  private NormLoop() {}

  /**
   * y = x·s·w with s = 1 / √(mean(x²) + ε).
   *
   * @param y [n, width]
   * @param scales [n], s of each row
   */
  public record Normed(Tensor y, Tensor scales) {}

  /** Whether rows of this width can be computed here. */
  public static boolean takes(long width) {
    return width % LANES == 0;
  }

  /**
   * The way there.
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
            float scale =
                (float)
                    (1 / Math.sqrt(squares(from.memory(), from.at(row), width) / width + epsilon));
            s.setAtIndex(ValueLayout.JAVA_FLOAT, row, scale);
            scale(from.memory(), from.at(row), w, scale, to.memory(), to.at(row), width);
          }
        });
    return new Normed(y, scales);
  }

  private static double squares(MemorySegment x, long at, int width) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < width; i += LANES) {
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, x, at + 4L * i, ORDER);
      sum = v.fma(v, sum);
    }
    return inOrder(sum);
  }

  private static void scale(
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
   * The way back: with h = g·w, the gradient at x is s·(h − x·s²·mean(h·x)), that at w is Σ g·x·s.
   *
   * @param gradient g, [n, width], at y
   * @param x what came in, [n, width]
   * @param scales of the way there
   * @param beside [n, width], another gradient at x, which is added
   * @param weightGradient [width], is added to
   * @return [n, width], at x
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
            float scale = s.getAtIndex(ValueLayout.JAVA_FLOAT, row);
            double dot = dot(g.memory(), g.at(row), w, in.memory(), in.at(row), width);
            float pull = (float) (dot / width * scale * scale);
            back(
                g.memory(),
                g.at(row),
                w,
                in.memory(),
                in.at(row),
                add.memory(),
                add.at(row),
                to.memory(),
                to.at(row),
                partial.memory(),
                partial.at(row / BLOCK),
                scale,
                pull,
                width);
          }
        });
    weightGradient.addInPlace(sums.sum(0));
    return out;
  }

  private static double dot(
      MemorySegment g, long gAt, MemorySegment w, MemorySegment x, long xAt, int width) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < width; i += LANES) {
      FloatVector h =
          FloatVector.fromMemorySegment(SPECIES, g, gAt + 4L * i, ORDER)
              .mul(FloatVector.fromMemorySegment(SPECIES, w, 4L * i, ORDER));
      sum = h.fma(FloatVector.fromMemorySegment(SPECIES, x, xAt + 4L * i, ORDER), sum);
    }
    return inOrder(sum);
  }

  private static void back(
      MemorySegment g,
      long gAt,
      MemorySegment w,
      MemorySegment x,
      long xAt,
      MemorySegment add,
      long addAt,
      MemorySegment to,
      long toAt,
      MemorySegment sums,
      long sumsAt,
      float scale,
      float pull,
      int width) {
    for (int i = 0; i < width; i += LANES) {
      FloatVector gi = FloatVector.fromMemorySegment(SPECIES, g, gAt + 4L * i, ORDER);
      FloatVector xi = FloatVector.fromMemorySegment(SPECIES, x, xAt + 4L * i, ORDER);
      FloatVector h = gi.mul(FloatVector.fromMemorySegment(SPECIES, w, 4L * i, ORDER));
      FloatVector at = h.sub(xi.mul(pull)).mul(scale);
      at.add(FloatVector.fromMemorySegment(SPECIES, add, addAt + 4L * i, ORDER))
          .intoMemorySegment(to, toAt + 4L * i, ORDER);
      FloatVector sum = FloatVector.fromMemorySegment(SPECIES, sums, sumsAt + 4L * i, ORDER);
      gi.fma(xi.mul(scale), sum).intoMemorySegment(sums, sumsAt + 4L * i, ORDER);
    }
  }

  /** The sum of all lanes; the Vector API's own may take them in any order. */
  private static double inOrder(FloatVector lanes) {
    double sum = 0;
    for (float lane : lanes.toArray()) {
      sum += lane;
    }
    return sum;
  }
}
