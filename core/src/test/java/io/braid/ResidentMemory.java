package io.braid;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Measures the process's resident memory, of the Java heap and native allocations together. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern LINE = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  private static final Linker LINKER = Linker.nativeLinker();

  private ResidentMemory() {}

  /**
   * Gives memory that was freed back to the system, so that what is allocated next adds to the
   * resident memory. Skips the test where the C library has no {@code malloc_trim}.
   */
  public static void trim() {
    Optional<MemorySegment> function = LINKER.defaultLookup().find("malloc_trim");
    Assumptions.assumeTrue(function.isPresent(), "the C library has no malloc_trim");
    try {
      int _ =
          (int)
              LINKER
                  .downcallHandle(
                      function.orElseThrow(),
                      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG))
                  .invokeExact(0L);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the resident memory in bytes; skips the test if the system does not report it. */
  public static long bytes() {
    Assumptions.assumeTrue(Files.isReadable(STATUS), "/proc/self/status is not available");
    try {
      Matcher line = LINE.matcher(Files.readString(STATUS));
      if (!line.find()) {
        throw new IllegalStateException("no VmRSS in " + STATUS);
      }
      return 1024 * Long.parseLong(line.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
