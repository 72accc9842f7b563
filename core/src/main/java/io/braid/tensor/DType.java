package io.braid.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The type of a tensor's elements. */
public enum DType {
  /** IEEE double. */
  FLOAT64(ScalarType.Double, 8),
  /** IEEE single. */
  FLOAT32(ScalarType.Float, 4),
  /** The upper half of a single: eight bits of exponent, seven of fraction. */
  BFLOAT16(ScalarType.BFloat16, 2),
  /** IEEE half. */
  FLOAT16(ScalarType.Half, 2),
  /** Signed, 64 bits: token ids and indices. */
  INT64(ScalarType.Long, 8),
  /** Signed, 32 bits. */
  INT32(ScalarType.Int, 4),
  /** Signed byte. */
  INT8(ScalarType.Char, 1),
  /** Unsigned byte. */
  UINT8(ScalarType.Byte, 1),
  /** One byte, 0 or 1. */
  BOOL(ScalarType.Bool, 1);

  final ScalarType scalarType;
  private final int bytes;

  DType(ScalarType scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /** The size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are floating-point numbers. */
  public boolean isFloatingPoint() {
    return switch (this) {
      case FLOAT64, FLOAT32, BFLOAT16, FLOAT16 -> true;
      case INT64, INT32, INT8, UINT8, BOOL -> false;
    };
  }

  static DType of(ScalarType type) {
    for (DType dtype : values()) {
      if (dtype.scalarType.value == type.value) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("no dtype here for libtorch's " + type);
  }
}
