package io.braid.input;

import io.braid.tensor.DType;

/** The precision of the model's computations; the optimizer's master weights are always float32. */
public enum Precision {
  /** Single precision. */
  FLOAT32(DType.FLOAT32),
  /**
   * Half the memory for weights and activations, but training adds float32 master weights; faster
   * on processors with bfloat16 instructions.
   */
  BFLOAT16(DType.BFLOAT16);

  private final DType dtype;

  Precision(DType dtype) {
    this.dtype = dtype;
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }
}
