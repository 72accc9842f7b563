package io.braid.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process's resident memory: weights, caches, the operators' temporary memory, the Java heap
 * and the libraries' code. Memory of a GPU is not included.
 */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MARKS = Path.of("/proc/self/clear_refs");

  private PeakMemory() {}

  /**
   * Peak resident memory since the process started or since {@link #restart}, in megabytes; 0 on
   * systems other than Linux.
   */
  public static long megabytes() {
    return read("VmHWM:");
  }

  /** Resident memory now, in megabytes; 0 on systems other than Linux. */
  public static long now() {
    return read("VmRSS:");
  }

  /**
   * Resets the peak, so that {@link #megabytes} counts from here. Where the system does not allow
   * this, the peak still counts from the start of the process.
   */
  public static void restart() {
    try {
      Files.writeString(MARKS, "5"); // proc(5): resets the peak
    } catch (IOException | SecurityException e) {
      // The peak then includes earlier use, which can only make it larger.
    }
  }

  private static long read(String name) {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024 / 1_000_000)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
