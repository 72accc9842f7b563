package io.braid.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Context;

/**
 * The library that multiplies matrices on the host, as found in the process's memory map.
 *
 * @param libraries file names of the loaded libraries, such as {@code libmkl_rt.so.2}
 * @param instructions instructions that the library reports to use, such as {@code AVX2}; empty if
 *     it reports none
 */
public record Blas(String libraries, Optional<String> instructions) {
  private static final Path MAPS = Path.of("/proc/self/maps");

  /**
   * Values of {@code mkl_cbwr_get_auto_branch} in mkl_types.h; other values do not name a code
   * path.
   */
  private static final Map<Integer, String> BRANCHES =
      Map.of(4, "SSE2", 6, "SSSE3", 7, "SSE4.1", 8, "SSE4.2", 9, "AVX", 10, "AVX2", 12, "AVX-512");

  /** Returns whether the library is MKL. */
  public boolean isMkl() {
    return libraries.contains("mkl");
  }

  /** Describes the library for people, such as "MKL with AVX2 instructions". */
  @Override
  public String toString() {
    return (isMkl() ? "MKL" : libraries)
        + instructions.map(" with %s instructions"::formatted).orElse("");
  }

  /** Returns the library that libtorch has loaded. */
  static Blas loaded() {
    if (!Files.isReadable(MAPS)) {
      return new Blas(Context.hasMKL() ? "mkl" : "unknown", Optional.empty());
    }
    List<Path> files = files();
    String names =
        files.stream()
            .map(file -> file.getFileName().toString())
            .sorted()
            .collect(Collectors.joining(", "));
    return new Blas(
        names.isEmpty() ? "none found" : names,
        files.stream()
            .filter(file -> file.getFileName().toString().startsWith("libmkl_rt"))
            .findFirst()
            .flatMap(Blas::mklInstructions));
  }

  private static List<Path> files() {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.contains("/"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .filter(file -> file.getFileName().toString().matches("lib(mkl_rt|openblas)[\\w.]*"))
          .distinct()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<String> mklInstructions(Path library) {
    try {
      Optional<MemorySegment> function =
          SymbolLookup.libraryLookup(library, Arena.global()).find("mkl_cbwr_get_auto_branch");
      if (function.isEmpty()) {
        return Optional.empty();
      }
      int branch =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(function.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT))
                  .invokeExact();
      return Optional.ofNullable(BRANCHES.get(branch));
    } catch (Throwable e) { // an MKL without this function, or no native access
      return Optional.empty();
    }
  }
}
