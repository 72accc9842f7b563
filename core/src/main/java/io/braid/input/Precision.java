package io.braid.input;

import io.braid.tensor.DType;

/** What the weights are computed with; the optimizer's masters are float32 either way. */
public enum Precision {
  /** Single precision. */
  FLOAT32(DType.FLOAT32),
  /** Half the memory, faster where the machine multiplies it. */
  BFLOAT16(DType.BFLOAT16);

  private final DType dtype;

  Precision(DType dtype) {
    this.dtype = dtype;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }
}
