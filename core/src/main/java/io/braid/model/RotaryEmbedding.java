package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Rotary position embedding: pairs of a head's dimensions are rotated by an angle that grows with
 * the position (Su et al. 2021), in the half-split layout of the published checkpoints.
 */
final class RotaryEmbedding implements AutoCloseable {
  private final float[] frequencies; // radians a position, [d/2]
  private final double attentionFactor; // of cosines and sines
  private final List<Integer> axes; // pairs of dimensions of each; empty for one axis
  private final List<Table> tables = new ArrayList<>(); // each longer than the last

  /**
   * Creates the embedding for heads of a given width.
   *
   * @param headDim width of a head
   * @param positions initial number of positions in the table
   */
  RotaryEmbedding(ModelConfig.Rope rope, int headDim, int positions) {
    double[] exact =
        rope.scaling()
            .map(scaling -> scaling.frequencies(rope.theta(), headDim))
            .orElseGet(() -> RopeScaling.plain(rope.theta(), headDim));
    frequencies = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      frequencies[i] = (float) exact[i];
    }
    axes = rope.axes();
    attentionFactor = rope.scaling().map(RopeScaling::attentionFactor).orElse(1.0);
    tables.add(made(Math.min(positions, 512)));
  }

  private Table made(int positions) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor frequency = Tensor.of(frequencies, 1, frequencies.length);
      Tensor position = Tensor.arange(positions).to(DType.FLOAT32).view(-1, 1);
      Tensor angle = position.times(frequency); // [positions, d/2]
      Tensor c = scaled(angle.cos());
      Tensor s = scaled(angle.sin());
      return new Table(
          Tensor.cat(List.of(c, c), -1).owned(), Tensor.cat(List.of(s.negate(), s), -1).owned());
    }
  }

  private Tensor scaled(Tensor x) {
    return attentionFactor == 1 ? x : x.times(attentionFactor);
  }

  /**
   * Returns the rotations of some positions. The table grows to the longest sequence so far.
   *
   * @param positions [n], or [3, n] in time, height and width; INT64
   * @param end the largest position plus one
   */
  Rotation at(Tensor positions, int end, DType dtype) {
    Table table = table(end);
    return new Rotation(
        at(table.cos, positions).unsqueeze(1).to(dtype),
        at(table.signedSin, positions).unsqueeze(1).to(dtype));
  }

  /** Returns the rows of a table, [n, d]; with axes, each takes its own pairs of dimensions. */
  private Tensor at(Tensor table, Tensor positions) {
    if (positions.rank() == 1) {
      return table.indexSelect(0, positions);
    }
    if (axes.isEmpty()) {
      throw new IllegalStateException("positions on axes in an embedding that counts tokens");
    }
    List<Tensor> parts = new ArrayList<>();
    long column = 0;
    for (int half = 0; half < 2; half++) {
      for (int axis = 0; axis < axes.size(); axis++) {
        Tensor own = table.narrow(1, column, axes.get(axis));
        parts.add(own.indexSelect(0, positions.select(0, axis)));
        column += axes.get(axis);
      }
    }
    return Tensor.cat(parts, 1);
  }

  /**
   * The angles of all positions from 0.
   *
   * @param cos [positions, d] FLOAT32
   * @param signedSin [positions, d] FLOAT32, the first half negated
   */
  record Table(Tensor cos, Tensor signedSin) {}

  /**
   * Returns the angles for at least all positions before {@code end}. Any thread may call this; an
   * outgrown table is not freed, because another thread may be reading it.
   */
  synchronized Table table(int end) {
    Table longest = tables.getLast();
    if (end > longest.cos.size(0)) {
      longest = made(Math.max(end, (int) (2 * longest.cos.size(0))));
      tables.add(longest);
    }
    return longest;
  }

  /**
   * The rotation of the heads of n tokens.
   *
   * @param cos [n, 1, d]
   * @param signedSin [n, 1, d]
   */
  record Rotation(Tensor cos, Tensor signedSin) {
    /**
     * Rotates every head.
     *
     * @param x [n, heads, d]
     */
    Tensor apply(Tensor x) {
      return x.times(cos).plusProduct(x.roll(x.size(-1) / 2), signedSin);
    }
  }

  @Override
  public void close() {
    tables.forEach(table -> {
      table.cos.close();
      table.signedSin.close();
    });
  }
}
