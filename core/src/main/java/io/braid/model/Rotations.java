package io.braid.model;

import java.util.Map;

/**
 * The rotations of a batch, for each rotary embedding of the layers.
 *
 * @param byRope the rotation of each rotary embedding
 */
record Rotations(Map<ModelConfig.Rope, RotaryEmbedding.Rotation> byRope) {
  /** Returns the rotation of a rotary embedding. */
  RotaryEmbedding.Rotation of(ModelConfig.Rope rope) {
    RotaryEmbedding.Rotation rotation = byRope.get(rope);
    if (rotation == null) {
      throw new IllegalArgumentException("no rotation for " + rope);
    }
    return rotation;
  }
}
