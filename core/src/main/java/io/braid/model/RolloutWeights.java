package io.braid.model;

import io.braid.tensor.DType;

/**
 * The format of the weights that sample responses. If it differs from the trained weights' format,
 * the rollout policy differs from the trained policy, which requires a correction.
 */
public enum RolloutWeights {
  /** The trained weights themselves. */
  AS_TRAINED,
  /** Rounded to bfloat16; faster if the machine has products of this type. */
  BFLOAT16,
  /** Projections in int8 with a scale for each output; embedding and norms as trained. */
  INT8;

  DType dtype(DType trained) {
    return this == BFLOAT16 ? DType.BFLOAT16 : trained;
  }
}
