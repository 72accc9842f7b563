package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.MayChangeOnResume;
import io.braid.input.Precision;

/**
 * Settings of the forward and backward passes of a trained model.
 *
 * @param compute settings of the computation in general
 * @param gradientCheckpointing whether the backward pass recomputes the layers
 */
public record BackwardRecipe(
    @Inline ComputeRecipe compute,
    @MayChangeOnResume
        @Doc(
            "Keep only each layer's input and recompute the layer in the backward pass: less"
                + " memory, more time, the same gradients.")
        @Default("false")
        boolean gradientCheckpointing) {
  /** Returns the maximum number of tokens in a micro-batch. */
  public int microBatchTokens() {
    return compute.microBatchTokens();
  }

  /** Returns the precision of the model's computations. */
  public Precision precision() {
    return compute.precision();
  }
}
