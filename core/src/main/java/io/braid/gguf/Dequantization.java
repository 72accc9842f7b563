package io.braid.gguf;

/**
 * Converts blocks to float32 with the same bits as the {@code gguf} Python package: each product
 * and sum below is rounded to float32.
 */
final class Dequantization {
  private Dequantization() {}

  /**
   * Decodes one block.
   *
   * @param bytes contains the block, from index {@code at}
   * @param out receives the block's elements, from index {@code to}
   */
  static void block(GgufType type, byte[] bytes, int at, float[] out, int to) {
    switch (type) {
      case F32 -> out[to] = Float.intBitsToFloat(whole(bytes, at));
      case F16 -> out[to] = half(bytes, at);
      case BF16 -> out[to] = Float.intBitsToFloat(shortAt(bytes, at) << 16);
      case Q4_0 -> four(bytes, at + 2, half(bytes, at), -8, 0, out, to);
      case Q4_1 -> four(bytes, at + 4, half(bytes, at), 0, half(bytes, at + 2), out, to);
      case Q5_0 -> five(bytes, at + 2, half(bytes, at), -16, 0, out, to);
      case Q5_1 -> five(bytes, at + 4, half(bytes, at), 0, half(bytes, at + 2), out, to);
      case Q8_0 -> eight(bytes, at, out, to);
      case Q4_K -> superBlock(bytes, at, at + 16, -1, out, to);
      case Q5_K -> superBlock(bytes, at, at + 48, at + 16, out, to);
      case Q6_K -> six(bytes, at, out, to);
    }
  }

  /** Decodes the lower four bits of 16 bytes, then their upper four bits. */
  private static void four(
      byte[] bytes, int at, float scale, int offset, float minimum, float[] out, int to) {
    boolean plain = offset != 0; // adding a minimum of 0 would turn −0 into 0
    for (int i = 0; i < 32; i++) {
      int q = (bytes[at + i % 16] >> (i < 16 ? 0 : 4)) & 15;
      float product = scale * (q + offset);
      out[to + i] = plain ? product : product + minimum;
    }
  }

  /** Decodes like {@link #four}, with a fifth bit of each element in the preceding four bytes. */
  private static void five(
      byte[] bytes, int at, float scale, int offset, float minimum, float[] out, int to) {
    boolean plain = offset != 0;
    int fifth = whole(bytes, at);
    for (int i = 0; i < 32; i++) {
      int q = ((bytes[at + 4 + i % 16] >> (i < 16 ? 0 : 4)) & 15) | ((fifth >>> i & 1) << 4);
      float product = scale * (q + offset);
      out[to + i] = plain ? product : product + minimum;
    }
  }

  private static void eight(byte[] bytes, int at, float[] out, int to) {
    float scale = half(bytes, at);
    for (int i = 0; i < 32; i++) {
      out[to + i] = bytes[at + 2 + i] * scale;
    }
  }

  /**
   * Decodes Q4_K and Q5_K: two half-precision numbers, eight scales and eight minima of 6 bits in
   * 12 bytes, then (Q5_K) fifth bits, then four bits per element.
   *
   * @param fifths index of the fifth bits; −1 for none
   */
  private static void superBlock(
      byte[] bytes, int at, int quarters, int fifths, float[] out, int to) {
    float d = half(bytes, at);
    float dMin = half(bytes, at + 2);
    int scales = at + 4;
    for (int group = 0; group < 8; group++) {
      int scale;
      int minimum;
      if (group < 4) {
        scale = bytes[scales + group] & 63;
        minimum = bytes[scales + 4 + group] & 63;
      } else {
        int low = bytes[scales + 4 + group];
        scale = (low & 15) | ((bytes[scales + group - 4] & 0xc0) >> 2);
        minimum = ((low >> 4) & 15) | ((bytes[scales + group] & 0xc0) >> 2);
      }
      float step = d * scale;
      float offset = dMin * minimum;
      for (int i = 0; i < 32; i++) {
        int q = (bytes[quarters + group / 2 * 32 + i] >> (group % 2 * 4)) & 15;
        if (fifths >= 0) {
          q |= (bytes[fifths + i] >> group & 1) << 4;
        }
        float product = step * q;
        out[to + group * 32 + i] = product - offset;
      }
    }
  }

  /**
   * Decodes Q6_K: 128 bytes of lower four bits, 64 bytes of upper two bits, 16 scales, and one
   * half-precision number.
   */
  private static void six(byte[] bytes, int at, float[] out, int to) {
    float d = half(bytes, at + 208);
    for (int group = 0; group < 8; group++) {
      int half = group / 4;
      int quarter = group % 4;
      for (int i = 0; i < 32; i++) {
        int low = (bytes[at + half * 64 + quarter % 2 * 32 + i] >> (quarter / 2 * 4)) & 15;
        int high = (bytes[at + 128 + half * 32 + i] >> (quarter * 2)) & 3;
        int element = group * 32 + i;
        float step = d * bytes[at + 192 + element / 16];
        out[to + element] = step * ((low | high << 4) - 32);
      }
    }
  }

  private static float half(byte[] bytes, int at) {
    return Float.float16ToFloat((short) shortAt(bytes, at));
  }

  private static int shortAt(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }

  private static int whole(byte[] bytes, int at) {
    return shortAt(bytes, at) | shortAt(bytes, at + 2) << 16;
  }
}
