package io.braid.nn;

import io.braid.tensor.Tensor;

/** x·Wᵀ + b, in one of the formats in which weights are held. */
public sealed interface Projection permits Linear, Int8Linear {
  /**
   * Applies it.
   *
   * @param x [..., in]
   * @return [..., out]
   */
  Tensor apply(Tensor x);

  /** Bytes of what it holds, all of which are read for a product. */
  long bytes();
}
