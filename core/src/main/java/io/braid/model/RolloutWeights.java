package io.braid.model;

import io.braid.tensor.DType;

/**
 * The weights that responses are sampled with. Where they are others than those that train, so is
 * the policy, and the difference has to be corrected for.
 */
public enum RolloutWeights {
  /** Those that train. */
  AS_TRAINED,
  /** Rounded to half the width of a single: worth it where the machine multiplies these. */
  BFLOAT16,
  /** All projections in signed bytes, a scale for each output; embedding and norms as trained. */
  INT8;

  DType dtype(DType trained) {
    return this == BFLOAT16 ? DType.BFLOAT16 : trained;
  }
}
