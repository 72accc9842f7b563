package io.braid.model;

import io.braid.tensor.Tensor;

/** The forward pass of a batch up to its hidden states, and its backward pass. */
public sealed interface HiddenPass permits RecordedLayers, RecomputedLayers, FusedLayers {
  /** What the forward pass keeps for the backward pass. */
  enum Keep {
    /** Everything that the backward pass needs: the fastest. */
    EVERYTHING,
    /**
     * Each layer's input only; the backward pass computes every layer again. Gradients are the same
     * to the bit.
     */
    LAYER_INPUTS;

    /** The choice by a yes-or-no setting. */
    public static Keep layerInputs(boolean alone) {
      return alone ? LAYER_INPUTS : EVERYTHING;
    }
  }

  /** [n, hidden], after the final norm; a constant. */
  Tensor states();

  /**
   * The backward pass: adds to the gradients of the weights. It can be called once.
   *
   * @param gradient with respect to the states, [n, hidden]
   */
  void backward(Tensor gradient);
}
