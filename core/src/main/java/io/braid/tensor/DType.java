package io.braid.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The type of a tensor's elements. */
public enum DType {
  /** IEEE double precision, 64 bits. */
  FLOAT64(ScalarType.Double, 8),
  /** IEEE single precision, 32 bits. */
  FLOAT32(ScalarType.Float, 4),
  /** The upper half of a single-precision number: eight exponent bits and seven fraction bits. */
  BFLOAT16(ScalarType.BFloat16, 2),
  /** IEEE half precision, 16 bits. */
  FLOAT16(ScalarType.Half, 2),
  /** Signed integer, 64 bits: token ids and indices. */
  INT64(ScalarType.Long, 8),
  /** Signed integer, 32 bits. */
  INT32(ScalarType.Int, 4),
  /** Signed byte. */
  INT8(ScalarType.Char, 1),
  /** Unsigned byte. */
  UINT8(ScalarType.Byte, 1),
  /** A boolean in one byte, 0 or 1. */
  BOOL(ScalarType.Bool, 1);

  final ScalarType scalarType;
  private final int bytes;

  DType(ScalarType scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /** Returns the size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether elements are floating-point numbers. */
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
