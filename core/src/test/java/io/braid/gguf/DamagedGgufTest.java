package io.braid.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Damaged files are read or refused in one line. The file is small, so a length that was believed
 * would show as an error of another kind, or as memory running out.
 */
class DamagedGgufTest {
  private static final byte[] WHOLE = bytes(Golden.path("qwen2.gguf"));
  private static final int HEADER = 4_000; // about all keys and descriptions of tensors

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Property(tries = 100)
  void truncated(@ForAll @IntRange(max = 45_000) int length) throws IOException {
    byte[] damaged = Arrays.copyOf(WHOLE, Math.min(length, WHOLE.length - 100));
    assertThat(refusal(damaged)).as("%s bytes", length).isPresent();
  }

  @Provide
  Arbitrary<Long> absurd() {
    return Arbitraries.oneOf(
        Arbitraries.of(-1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62, 1L << 40, 1L << 31, 0L),
        Arbitraries.longs());
  }

  @Property(tries = 300)
  void anAbsurdNumberAnywhere(@ForAll @IntRange(max = HEADER) int at, @ForAll("absurd") long number)
      throws IOException {
    byte[] damaged = WHOLE.clone();
    ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putLong(at, number);
    refusal(damaged); // read or refused, nothing else
  }

  @Property(tries = 300)
  void anotherByteAnywhere(@ForAll @IntRange(max = HEADER) int at, @ForAll byte value)
      throws IOException {
    byte[] damaged = WHOLE.clone();
    damaged[at] = value;
    refusal(damaged);
  }

  /** The counts behind magic and version: tensors and keys. */
  @Property(tries = 50)
  void absurdCounts(@ForAll @IntRange(max = 1) int which, @ForAll("absurd") long number)
      throws IOException {
    byte[] damaged = WHOLE.clone();
    ByteBuffer buffer = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
    int at = 8 + 8 * which;
    if (number == buffer.getLong(at)) {
      return;
    }
    buffer.putLong(at, number);
    assertThat(refusal(damaged)).isPresent();
  }

  /** The message of the refusal; empty if the file is read. */
  private static Optional<String> refusal(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("damaged", ".gguf");
    try {
      Files.write(file, bytes);
      try (GgufFile opened = GgufFile.open(file)) {
        GgufImport.of(opened, Optional.empty());
        return Optional.empty();
      }
    } catch (UserError e) {
      String message = String.valueOf(e.getMessage());
      assertThat(message).doesNotContain("\n").contains(file.toString());
      assertThat(message.length()).isLessThan(2_000);
      return Optional.of(message);
    } finally {
      Files.delete(file);
    }
  }
}
