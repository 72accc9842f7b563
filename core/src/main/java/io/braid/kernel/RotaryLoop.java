package io.braid.kernel;

import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Applies rotary position embeddings to heads in place, forward and backward. The reference
 * implementation is {@code RotaryEmbedding.Rotation}; the forward pass gives the same bits.
 */
public final class RotaryLoop {
  private static final long WORTH_A_THREAD = 20_000; // numbers

  private RotaryLoop() {}

  /**
   * Rotates the first heads of each row: x·cos + roll(x, d/2)·sin.
   *
   * @param x [n, heads or more, d] FLOAT32, in the host's memory; overwritten
   * @param heads number of heads to rotate
   * @param cos [n, 1, d]
   * @param signedSin [n, 1, d], the first half negated
   */
  public static void forward(Tensor x, int heads, Tensor cos, Tensor signedSin) {
    rotate(x, heads, cos, signedSin, /* back= */ false);
  }

  /** Runs the backward pass: g·cos + roll(g·sin, d/2). */
  public static void backward(Tensor gradient, int heads, Tensor cos, Tensor signedSin) {
    rotate(gradient, heads, cos, signedSin, /* back= */ true);
  }

  private static void rotate(Tensor x, int heads, Tensor cos, Tensor signedSin, boolean back) {
    int rows = (int) x.size(0);
    int d = (int) x.size(2);
    HostRows rotated = x.hostRows();
    Table table = Table.of(cos, signedSin);
    OpenMp.forEach(
        rows,
        (long) rows * heads * d > WORTH_A_THREAD,
        (first, end) -> {
          Angles angles = new Angles(d);
          for (int row = first; row < end; row++) {
            angles.take(table, row);
            for (int h = 0; h < heads; h++) {
              angles.rotate(rotated.memory(), rotated.at(row) + 4L * h * d, back);
            }
          }
        });
  }

  /**
   * The angles of several positions.
   *
   * @param cos [rows, d] FLOAT32
   * @param signedSin [rows, d] FLOAT32, the first half negated
   */
  public record Table(HostRows cos, HostRows signedSin) {
    /** Creates a view of tensors [rows, …, d], which must outlive it. */
    public static Table of(Tensor cos, Tensor signedSin) {
      return new Table(cos.hostRows(), signedSin.hostRows());
    }
  }

  /** The angles of one position, for rotating heads on one thread. */
  public static final class Angles {
    private final float[] head;
    private final float[] cosine;
    private final float[] sine;

    /** Creates an object for heads of d dimensions, whose angles are not loaded yet. */
    public Angles(int d) {
      head = new float[d];
      cosine = new float[d];
      sine = new float[d];
    }

    /**
     * Loads the angles of a row.
     *
     * @param table table with d numbers in each row
     */
    public void take(Table table, int row) {
      copy(table.cos, row, cosine);
      copy(table.signedSin, row, sine);
    }

    private static void copy(HostRows rows, int row, float[] into) {
      MemorySegment.copy(rows.memory(), ValueLayout.JAVA_FLOAT, rows.at(row), into, 0, into.length);
    }

    /**
     * Rotates a head of a row in place: x·cos + roll(x, d/2)·sin.
     *
     * @param x [rows, heads, d] FLOAT32
     */
    public void rotate(HostRows x, int row, int number) {
      rotate(x.memory(), x.at(row) + 4L * number * head.length, /* back= */ false);
    }

    private void rotate(MemorySegment x, long at, boolean back) {
      MemorySegment.copy(x, ValueLayout.JAVA_FLOAT, at, head, 0, head.length);
      if (back) {
        RotaryLoop.rotateBack(head, cosine, sine, head.length / 2);
      } else {
        RotaryLoop.rotate(head, cosine, sine, head.length / 2);
      }
      MemorySegment.copy(head, 0, x, ValueLayout.JAVA_FLOAT, at, head.length);
    }
  }

  private static void rotate(float[] x, float[] cos, float[] sin, int half) {
    for (int i = 0; i < half; i++) {
      float a = x[i];
      float b = x[half + i];
      x[i] = a * cos[i] + b * sin[i];
      x[half + i] = b * cos[half + i] + a * sin[half + i];
    }
  }

  private static void rotateBack(float[] g, float[] cos, float[] sin, int half) {
    for (int i = 0; i < half; i++) {
      float a = g[i];
      float b = g[half + i];
      g[i] = a * cos[i] + b * sin[half + i];
      g[half + i] = b * cos[half + i] + a * sin[i];
    }
  }
}
