package io.braid.gguf;

import io.braid.UserError;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A position in a mapped GGUF file. Every read first checks that it does not pass the end of the
 * file.
 */
final class GgufCursor {
  /** The length of the longest accepted string in bytes, well above any chat template. */
  static final long LONGEST_TEXT = 1L << 24;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final MemorySegment file;
  private long at;

  GgufCursor(Path path, MemorySegment file, long at) {
    this.path = path;
    this.file = file;
    this.at = at;
  }

  long at() {
    return at;
  }

  long left() {
    return file.byteSize() - at;
  }

  int u8(String what) {
    return file.get(ValueLayout.JAVA_BYTE, take(1, what)) & 0xff;
  }

  int u16(String what) {
    return file.get(SHORT, take(2, what)) & 0xffff;
  }

  int u32(String what) {
    return file.get(INT, take(4, what));
  }

  /** Reads 64 bits, which may be above {@link Long#MAX_VALUE} and then appear negative. */
  long u64(String what) {
    return file.get(LONG, take(8, what));
  }

  /**
   * Reads a count and checks that the rest of the file has at least {@code leastBytes} bytes for
   * each item.
   */
  long count(String what, long leastBytes) {
    long count = u64(what);
    if (count < 0 || count > left() / leastBytes) {
      throw bad(
          "%s claims %s items, but only %s bytes are left"
              .formatted(what, Long.toUnsignedString(count), left()));
    }
    return count;
  }

  /** Reads a string: its length in bytes, then UTF-8. */
  String text(String what) {
    int length = (int) textLength(what);
    byte[] bytes = file.asSlice(take(length, what), length).toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw bad(what + " is not UTF-8");
    }
  }

  void skipText(String what) {
    take(textLength(what), what);
  }

  void skip(long bytes, String what) {
    take(bytes, what);
  }

  private long textLength(String what) {
    long length = count(what, 1);
    if (length > LONGEST_TEXT) {
      throw bad("%s has %s bytes; at most %s are accepted".formatted(what, length, LONGEST_TEXT));
    }
    return length;
  }

  private long take(long bytes, String what) {
    if (bytes > left()) {
      throw bad("the file ends in %s; it is truncated".formatted(what));
    }
    long here = at;
    at += bytes;
    return here;
  }

  /** Creates the error for a damaged file. */
  UserError bad(String what) {
    return new UserError(path + ": " + what + ". Copy or download the file again.");
  }
}
