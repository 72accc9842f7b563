package io.braid.kernel;

import io.braid.tensor.HostRows;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * RMS normalisation of rows on one thread, without keeping values for a backward pass; the results
 * equal those of {@link NormLoop} bit for bit.
 *
 * @param weight [width] FLOAT32
 * @param epsilon added to the mean square
 */
public record RowNorm(MemorySegment weight, int width, double epsilon) {
  /** Creates a norm with FLOAT32 weights [width], which must outlive it. */
  public static RowNorm of(Tensor weight, double epsilon) {
    return new RowNorm(weight.memory(), (int) weight.size(0), epsilon);
  }

  /**
   * Normalises whole rows.
   *
   * @param x [rows, width] FLOAT32
   * @param y [rows, width], overwritten
   */
  public void apply(HostRows x, int rows, HostRows y) {
    for (int row = 0; row < rows; row++) {
      apply(x.memory(), x.at(row), y.memory(), y.at(row));
    }
  }

  /**
   * Normalises rows and adds them to y: y + norm(x).
   *
   * @param x [rows, width] FLOAT32, overwritten with its norm
   * @param from the first row
   * @param to index after the last row
   * @param y [rows, width] FLOAT32, to which the norm is added
   */
  public void addTo(HostRows x, int from, int to, HostRows y) {
    for (int row = from; row < to; row++) {
      apply(x.memory(), x.at(row), x.memory(), x.at(row));
      PageLoops.add(x.memory(), x.at(row), y.memory(), y.at(row), width);
    }
  }

  /**
   * Normalises one head of a row in place.
   *
   * @param x [rows, heads, width] FLOAT32
   */
  public void applyInPlace(HostRows x, int row, int head) {
    long at = x.at(row) + 4L * head * width;
    apply(x.memory(), at, x.memory(), at);
  }

  private void apply(MemorySegment x, long from, MemorySegment y, long to) {
    float scale = NormLoop.scale(x, from, width, epsilon);
    NormLoop.multiply(x, from, weight, scale, y, to, width);
  }
}
