package io.braid.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Converts float32 to the types in which Braid writes GGUF files. */
final class Quantization {
  /** The largest finite number of half precision. */
  static final float LARGEST_HALF = 65_504;

  private Quantization() {}

  /**
   * Encodes elements.
   *
   * @param from the elements of a whole number of blocks
   * @param type F32, F16, BF16 or Q8_0
   * @return the blocks, little-endian
   */
  static ByteBuffer encode(GgufType type, float[] from) {
    int bytes = from.length / type.blockElements() * type.blockBytes();
    ByteBuffer to = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < from.length; at += type.blockElements()) {
      switch (type) {
        case F32 -> to.putFloat(from[at]);
        case F16 -> to.putShort(Float.floatToFloat16(from[at]));
        case BF16 -> to.putShort(bfloat16(from[at]));
        case Q8_0 -> eight(from, at, to);
        case Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K ->
            throw new IllegalArgumentException(type + " is not written");
      }
    }
    return to.flip();
  }

  /** Rounds to the nearest bfloat16, ties to even; a NaN stays a NaN. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  /**
   * Encodes a block of Q8_0. The scale is the largest magnitude divided by 127; elements are
   * rounded half away from zero.
   */
  private static void eight(float[] from, int at, ByteBuffer to) {
    float largest = 0;
    for (int i = 0; i < 32; i++) {
      largest = Math.max(largest, Math.abs(from[at + i]));
    }
    float scale = largest / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    to.putShort(Float.floatToFloat16(scale));
    for (int i = 0; i < 32; i++) {
      float scaled = from[at + i] * inverse;
      float magnitude = Math.abs(scaled);
      float whole = (float) Math.floor(magnitude);
      int rounded = (int) (whole + (float) Math.floor(2 * (magnitude - whole)));
      to.put((byte) (scaled < 0 ? -rounded : rounded));
    }
  }
}
