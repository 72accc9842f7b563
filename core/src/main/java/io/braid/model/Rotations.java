package io.braid.model;

import java.util.Map;

/**
 * The rotations of one batch, for each rotary embedding that some layer has.
 *
 * @param byRope all of them
 */
record Rotations(Map<ModelConfig.Rope, RotaryEmbedding.Rotation> byRope) {
  /** The rotation of a layer that has one. */
  RotaryEmbedding.Rotation of(ModelConfig.Rope rope) {
    RotaryEmbedding.Rotation rotation = byRope.get(rope);
    if (rotation == null) {
      throw new IllegalArgumentException("no rotation for " + rope);
    }
    return rotation;
  }
}
