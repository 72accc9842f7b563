package io.braid;

import io.braid.tensor.FreedMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Measures the process's resident memory, of the Java heap and native allocations together. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern LINE = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  private ResidentMemory() {}

  /**
   * Gives memory that was freed back to the system, so that what is allocated next adds to the
   * resident memory. Skips the test where the C library has no {@code malloc_trim}.
   */
  public static void trim() {
    Assumptions.assumeTrue(FreedMemory.returnToSystem(), "the C library has no malloc_trim");
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
