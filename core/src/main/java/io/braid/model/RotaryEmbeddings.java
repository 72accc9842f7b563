package io.braid.model;

import io.braid.kernel.RotaryLoop;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rotary embeddings of a model: one for each distinct base and scaling of its layers. */
final class RotaryEmbeddings implements AutoCloseable {
  private final Map<ModelConfig.Rope, RotaryEmbedding> byRope = new LinkedHashMap<>();

  RotaryEmbeddings(ModelConfig config) {
    for (ModelConfig.Rope rope : config.architecture().ropes()) {
      byRope.put(rope, new RotaryEmbedding(rope, config.headDim(), config.maxPositions()));
    }
  }

  /**
   * Returns the rotations of some positions.
   *
   * @param positions [n], or [3, n] in time, height and width; INT64
   * @param end the largest position plus one
   */
  Rotations at(Tensor positions, int end, DType dtype) {
    Map<ModelConfig.Rope, RotaryEmbedding.Rotation> all = new HashMap<>();
    byRope.forEach((rope, embedding) -> all.put(rope, embedding.at(positions, end, dtype)));
    return new Rotations(all);
  }

  /** Returns the angles of all positions before {@code end}, for loops over host memory. */
  Map<ModelConfig.Rope, RotaryLoop.Table> tables(int end) {
    Map<ModelConfig.Rope, RotaryLoop.Table> all = new HashMap<>();
    byRope.forEach((rope, embedding) -> {
      RotaryEmbedding.Table table = embedding.table(end);
      all.put(rope, RotaryLoop.Table.of(table.cos(), table.signedSin()));
    });
    return all;
  }

  @Override
  public void close() {
    byRope.values().forEach(RotaryEmbedding::close);
  }
}
