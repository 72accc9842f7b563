package io.braid.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processor as the operating system describes it. Instructions are taken from this list and not
 * from a timing, so that the same machine computes the same numbers every time.
 *
 * @param name name such as "AMD EPYC"; the architecture if the system gives no name
 * @param instructions the extensions that the system lists, such as {@code avx2} or {@code bf16}
 */
public record Processor(String name, Set<String> instructions) {
  private static final Path LIST = Path.of("/proc/cpuinfo");

  /** Instructions that multiply bfloat16 on x86 and ARM, the fastest first. */
  static final List<String> FOR_BFLOAT16 = List.of("amx_bf16", "avx512_bf16", "bf16");

  /** Instructions that multiply signed bytes on x86 and ARM, the fastest first. */
  static final List<String> FOR_INT8 =
      List.of("amx_int8", "avx512_vnni", "avx_vnni", "i8mm", "asimddp");

  private static final Processor HERE = of(read());

  /** Copies the set. */
  public Processor {
    instructions = Set.copyOf(instructions);
  }

  /** Returns the processor that this program runs on. */
  public static Processor here() {
    return HERE;
  }

  /**
   * Parses the system's list of processor features.
   *
   * @param list lines such as {@code flags : fpu avx2} (x86) or {@code Features : fp bf16} (ARM)
   */
  static Processor of(Stream<String> list) {
    Map<String, String> values =
        list.filter(line -> line.contains(":"))
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf(':')).strip(),
                    line -> line.substring(line.indexOf(':') + 1).strip(),
                    (first, _) -> first));
    Function<String, Optional<String>> value = key -> Optional.ofNullable(values.get(key));
    return new Processor(
        value.apply("model name").orElse(System.getProperty("os.arch", "unknown processor")),
        value
            .apply("flags")
            .or(() -> value.apply("Features"))
            .map(words -> Set.of(words.split("\\s+")))
            .orElse(Set.of()));
  }

  /**
   * Returns the instructions for products of bfloat16, such as {@code amx_bf16}; empty for none.
   */
  public Optional<String> bfloat16() {
    return FOR_BFLOAT16.stream().filter(instructions::contains).findFirst();
  }

  /**
   * Returns the instructions for products of signed bytes, such as {@code avx512_vnni}; empty for
   * none.
   */
  public Optional<String> int8() {
    return FOR_INT8.stream().filter(instructions::contains).findFirst();
  }

  /** Reads the system's list; empty if there is none. */
  private static Stream<String> read() {
    try {
      return Files.isReadable(LIST) ? Files.readAllLines(LIST).stream() : Stream.empty();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
