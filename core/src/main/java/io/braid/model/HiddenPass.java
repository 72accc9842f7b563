package io.braid.model;

import io.braid.tensor.Tensor;

/** Hidden states of a batch, from which a gradient can be walked back to the model's weights. */
public sealed interface HiddenPass permits RecordedLayers, RecomputedLayers, FusedLayers {
  /** What is held between the way there and the way back. */
  enum Keep {
    /** Whatever the way back needs: the fastest. */
    EVERYTHING,
    /**
     * Each layer's input alone; the way back computes every layer once more. Gradients are the same
     * to the bit.
     */
    LAYER_INPUTS;

    /** As a setting says it. */
    public static Keep layerInputs(boolean alone) {
      return alone ? LAYER_INPUTS : EVERYTHING;
    }
  }

  /** [n, hidden], after the final norm; a constant. */
  Tensor states();

  /**
   * Adds what a gradient at the states makes of the gradients of the weights; once.
   *
   * @param gradient [n, hidden]
   */
  void backward(Tensor gradient);
}
