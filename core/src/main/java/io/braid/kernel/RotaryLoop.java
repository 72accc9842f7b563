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
    HostRows c = cos.hostRows();
    HostRows s = signedSin.hostRows();
    OpenMp.forEach(
        rows,
        (long) rows * heads * d > WORTH_A_THREAD,
        (first, end) -> {
          float[] head = new float[d];
          float[] cosine = new float[d];
          float[] sine = new float[d];
          for (int row = first; row < end; row++) {
            MemorySegment.copy(c.memory(), ValueLayout.JAVA_FLOAT, c.at(row), cosine, 0, d);
            MemorySegment.copy(s.memory(), ValueLayout.JAVA_FLOAT, s.at(row), sine, 0, d);
            for (int h = 0; h < heads; h++) {
              long at = turned.at(row) + 4L * h * d;
              MemorySegment.copy(turned.memory(), ValueLayout.JAVA_FLOAT, at, head, 0, d);
              if (back) {
                turnBack(head, cosine, sine, d / 2);
              } else {
                turn(head, cosine, sine, d / 2);
              }
              MemorySegment.copy(head, 0, turned.memory(), ValueLayout.JAVA_FLOAT, at, d);
            }
          }
        });
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
