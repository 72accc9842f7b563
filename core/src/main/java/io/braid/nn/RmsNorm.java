package io.braid.nn;

import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;

/**
 * Root-mean-square normalisation over the last dimension (Zhang and Sennrich 2019): x / √(mean(x²)
 * + ε) · (offset + w).
 *
 * @param weight w, [width]
 * @param epsilon ε
 * @param offset 0, or 1 if the weight is the difference from 1 (Gemma)
 */
public record RmsNorm(Tensor weight, double epsilon, double offset) {
  /** Creates a norm with offset 0. */
  public RmsNorm(Tensor weight, double epsilon) {
    this(weight, epsilon, /* offset= */ 0);
  }

  /**
   * Normalises x.
   *
   * @param x [..., width]
   * @return the same shape
   */
  public Tensor apply(Tensor x) {
    if (offset == 0) {
      return Functional.rmsNorm(x, weight, epsilon);
    }
    // 16-bit types are multiplied before they are rounded, as in Gemma's reference.
    DType wide = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    return Functional.rmsNorm(x.to(wide), weight.to(wide).plus(offset), epsilon).to(x.dtype());
  }

  /**
   * Returns the tensor to which a backward pass adds ∂/∂w, [width]; if w is frozen, a tensor that
   * is discarded.
   */
  public Tensor gradToAddTo() {
    return weight.requiresGrad()
        ? weight.gradToAddTo()
        : Tensor.zeros(weight.dtype(), weight.shape());
  }

  /** Returns offset + w in FLOAT32, [width]; w itself if that is the same. */
  public Tensor factors() {
    Tensor wide = weight.to(DType.FLOAT32);
    return offset == 0 ? wide : wide.plus(offset);
  }
}
