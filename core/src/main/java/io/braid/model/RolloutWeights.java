package io.braid.model;

import io.braid.tensor.DType;

/**
 * The weights that sample responses. If they differ from the trained ones, so does the policy, and
 * the difference has to be corrected.
 */
public enum RolloutWeights {
  /** The trained weights themselves. */
  AS_TRAINED,
  /** Rounded to bfloat16: faster where the machine has products of that type. */
  BFLOAT16,
  /** Projections as int8 with a scale for each output; embedding and norms as trained. */
  INT8;

  DType dtype(DType trained) {
    return this == BFLOAT16 ? DType.BFLOAT16 : trained;
  }
}
