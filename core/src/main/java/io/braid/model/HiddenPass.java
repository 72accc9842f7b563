package io.braid.model;

import io.braid.tensor.Tensor;

/** The forward pass of a batch up to its hidden states, and its backward pass. */
public sealed interface HiddenPass permits RecordedLayers, RecomputedLayers, FusedLayers {
  /** The values that the forward pass keeps for the backward pass. */
  enum Keep {
    /** Everything that the backward pass needs; this is the fastest. */
    EVERYTHING,
    /**
     * Each layer's input only; the backward pass computes every layer again. Gradients are the same
     * bit for bit.
     */
    LAYER_INPUTS;

    /** Returns {@link #LAYER_INPUTS} if {@code alone}, otherwise {@link #EVERYTHING}. */
    public static Keep layerInputs(boolean alone) {
      return alone ? LAYER_INPUTS : EVERYTHING;
    }
  }

  /** Returns the hidden states after the final norm: [n, hidden], a constant. */
  Tensor states();

  /**
   * Runs the backward pass and adds to the gradients of the weights. This method can be called only
   * once.
   *
   * @param gradient [n, hidden] gradient with respect to the states
   */
  void backward(Tensor gradient);
}
