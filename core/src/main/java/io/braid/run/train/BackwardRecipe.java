package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.input.Precision;

/**
 * How a recipe computes the forward and backward passes of a model that it trains.
 *
 * @param compute the settings of the computation as such
 * @param gradientCheckpointing whether the backward pass recomputes the layers
 */
public record BackwardRecipe(
    @Inline ComputeRecipe compute,
    @Doc(
            "Keep only each layer's input and recompute the layer in the backward pass: less"
                + " memory, more time, the same gradients.")
        @Default("false")
        boolean gradientCheckpointing) {
  /** How many tokens are computed at once at most. */
  public int microBatchTokens() {
    return compute.microBatchTokens();
  }

  /** The precision that the model is computed in. */
  public Precision precision() {
    return compute.precision();
  }
}
