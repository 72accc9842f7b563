package io.braid.gguf;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The types of tensors that Braid reads from GGUF files. A row of a tensor is a sequence of blocks,
 * and a block encodes a fixed number of elements in a fixed number of bytes.
 */
public enum GgufType {
  /** IEEE single precision. */
  F32(0, 1, 4),
  /** IEEE half precision. */
  F16(1, 1, 2),
  /** 4 bits, one scale for 32 elements. */
  Q4_0(2, 32, 18),
  /** 4 bits, a scale and a minimum for 32 elements. */
  Q4_1(3, 32, 20),
  /** 5 bits, one scale for 32 elements. */
  Q5_0(6, 32, 22),
  /** 5 bits, a scale and a minimum for 32 elements. */
  Q5_1(7, 32, 24),
  /** 8 bits, one scale for 32 elements. */
  Q8_0(8, 32, 34),
  /** 4 bits, scales and minima of 6 bits for each 32 of 256 elements. */
  Q4_K(12, 256, 144),
  /** 5 bits, scales and minima of 6 bits for each 32 of 256 elements. */
  Q5_K(13, 256, 176),
  /** 6 bits, scales of 8 bits for each 16 of 256 elements. */
  Q6_K(14, 256, 210),
  /** bfloat16. */
  BF16(30, 1, 2);

  /** Names of the other types by id, for error messages. */
  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(10, "Q2_K"),
          Map.entry(11, "Q3_K"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"),
          Map.entry(40, "NVFP4"),
          Map.entry(41, "Q1_0"));

  private final int id;
  private final int blockElements;
  private final int blockBytes;

  GgufType(int id, int blockElements, int blockBytes) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  static Optional<GgufType> of(int id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }

  /** Returns the name of a type that Braid does not read. */
  static String other(int id) {
    return OTHERS.getOrDefault(id, "number " + Integer.toUnsignedString(id));
  }

  /** Returns all supported types as a list for a sentence. */
  static String names() {
    return Arrays.stream(values()).map(GgufType::name).collect(Collectors.joining(", "));
  }

  int id() {
    return id;
  }

  int blockElements() {
    return blockElements;
  }

  int blockBytes() {
    return blockBytes;
  }

  /** Returns whether elements lose precision in this type. */
  boolean isQuantized() {
    return blockElements > 1;
  }

  /** Returns the name in lower case, as in options and file names. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
