package io.braid.nn;

import io.braid.tensor.Tensor;

/** x·Wᵀ + b, with the weights in one of several formats. */
public sealed interface Projection permits Linear, Int8Linear {
  /**
   * Applies it.
   *
   * @param x [..., in]
   * @return [..., out]
   */
  Tensor apply(Tensor x);

  /** Bytes of its weights, all of which a product reads. */
  long bytes();
}
