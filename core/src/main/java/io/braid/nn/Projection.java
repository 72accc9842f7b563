package io.braid.nn;

import io.braid.tensor.Tensor;

/** x·Wᵀ + b, with the weights in one of several formats. */
public sealed interface Projection permits Linear, Int8Linear, AdaptedLinear {
  /**
   * Computes x·Wᵀ + b.
   *
   * @param x [..., in]
   * @return [..., out]
   */
  Tensor apply(Tensor x);

  /** Returns the size of the weights in bytes; a product reads all of them. */
  long bytes();
}
