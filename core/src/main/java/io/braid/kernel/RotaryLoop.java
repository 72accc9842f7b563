package io.braid.kernel;

import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Turns heads by their rotary angles in place, there and back. The plain reference is {@code
 * RotaryEmbedding.Turns}; on the way there the bits are the same.
 */
public final class RotaryLoop {
  private static final long WORTH_A_THREAD = 20_000; // numbers

  private RotaryLoop() {}

  /**
   * Turns the first heads of each row: x·cos + roll(x, d/2)·sin.
   *
   * @param x [n, heads or more, d] FLOAT32, in the host's memory; overwritten
   * @param heads how many are turned
   * @param cos [n, 1, d]
   * @param signedSin [n, 1, d], the first half negated
   */
  public static void forward(Tensor x, int heads, Tensor cos, Tensor signedSin) {
    turn(x, heads, cos, signedSin, /* back= */ false);
  }

  /** Turns gradients back: g·cos + roll(g·sin, d/2). */
  public static void backward(Tensor gradient, int heads, Tensor cos, Tensor signedSin) {
    turn(gradient, heads, cos, signedSin, /* back= */ true);
  }

  private static void turn(Tensor x, int heads, Tensor cos, Tensor signedSin, boolean back) {
    int rows = (int) x.size(0);
    int d = (int) x.size(2);
    HostRows turned = x.hostRows();
    Table table = Table.of(cos, signedSin);
    OpenMp.forEach(
        rows,
        (long) rows * heads * d > WORTH_A_THREAD,
        (first, end) -> {
          Angles angles = new Angles(d);
          for (int row = first; row < end; row++) {
            angles.take(table, row);
            for (int h = 0; h < heads; h++) {
              angles.turn(turned.memory(), turned.at(row) + 4L * h * d, back);
            }
          }
        });
  }

  /**
   * The angles of some rows.
   *
   * @param cos [rows, d] FLOAT32
   * @param signedSin [rows, d] FLOAT32, the first half negated
   */
  public record Table(HostRows cos, HostRows signedSin) {
    /** Reads tensors [rows, …, d] where they lie; they must outlive it. */
    public static Table of(Tensor cos, Tensor signedSin) {
      return new Table(cos.hostRows(), signedSin.hostRows());
    }
  }

  /** The angles of a position, with which heads are turned on this thread. */
  public static final class Angles {
    private final float[] head;
    private final float[] cosine;
    private final float[] sine;

    /** None yet, for heads of d dimensions. */
    public Angles(int d) {
      head = new float[d];
      cosine = new float[d];
      sine = new float[d];
    }

    /**
     * Takes those of a row.
     *
     * @param table has d numbers a row
     */
    public void take(Table table, int row) {
      copy(table.cos, row, cosine);
      copy(table.signedSin, row, sine);
    }

    private static void copy(HostRows rows, int row, float[] into) {
      MemorySegment.copy(rows.memory(), ValueLayout.JAVA_FLOAT, rows.at(row), into, 0, into.length);
    }

    /**
     * Turns a head of a row in place: x·cos + roll(x, d/2)·sin.
     *
     * @param x [rows, heads, d] FLOAT32
     */
    public void turn(HostRows x, int row, int number) {
      turn(x.memory(), x.at(row) + 4L * number * head.length, /* back= */ false);
    }

    private void turn(MemorySegment x, long at, boolean back) {
      MemorySegment.copy(x, ValueLayout.JAVA_FLOAT, at, head, 0, head.length);
      if (back) {
        RotaryLoop.turnBack(head, cosine, sine, head.length / 2);
      } else {
        RotaryLoop.turn(head, cosine, sine, head.length / 2);
      }
      MemorySegment.copy(head, 0, x, ValueLayout.JAVA_FLOAT, at, head.length);
    }
  }

  private static void turn(float[] x, float[] cos, float[] sin, int half) {
    for (int i = 0; i < half; i++) {
      float a = x[i];
      float b = x[half + i];
      x[i] = a * cos[i] + b * sin[i];
      x[half + i] = b * cos[half + i] + a * sin[half + i];
    }
  }

  private static void turnBack(float[] g, float[] cos, float[] sin, int half) {
    for (int i = 0; i < half; i++) {
      float a = g[i];
      float b = g[half + i];
      g[i] = a * cos[i] + b * sin[half + i];
      g[half + i] = b * cos[half + i] + a * sin[i];
    }
  }
}
