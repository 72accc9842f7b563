package io.braid.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the processor can multiply by itself, as the system lists it. A list, and not a timing: the
 * same machine must compute the same numbers each time.
 */
final class Instructions {
  private static final Path LIST = Path.of("/proc/cpuinfo");

  /** Of x86 (matrix tiles, vectors) and of ARM. */
  private static final List<String> FOR_BFLOAT16 = List.of("amx_bf16", "avx512_bf16", "bf16");

  private static final Optional<String> BFLOAT16 = bfloat16(read());

  private Instructions() {}

  /** Those for products of bfloat16, by their name. */
  static Optional<String> bfloat16() {
    return BFLOAT16;
  }

  /**
   * The same for a given list.
   *
   * @param list lines such as {@code flags : fpu avx2} (x86) or {@code Features : fp bf16} (ARM)
   */
  static Optional<String> bfloat16(Stream<String> list) {
    Set<String> flags =
        list.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .findFirst()
            .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
            .orElse(Set.of());
    return FOR_BFLOAT16.stream().filter(flags::contains).findFirst();
  }

  /** Nothing where the system keeps no such list. */
  private static Stream<String> read() {
    try {
      return Files.isReadable(LIST) ? Files.readAllLines(LIST).stream() : Stream.empty();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
