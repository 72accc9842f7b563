package io.braid.nn;

import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;

/**
 * Root-mean-square normalisation over the last dimension.
 *
 * @param weight [width]
 * @param epsilon added to the mean square
 */
public record RmsNorm(Tensor weight, double epsilon) {
  /**
   * Applies it.
   *
   * @param x [..., width]
   * @return the same shape
   */
  public Tensor apply(Tensor x) {
    return Functional.rmsNorm(x, weight, epsilon);
  }
}
