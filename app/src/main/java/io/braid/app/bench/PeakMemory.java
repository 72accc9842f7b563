package io.braid.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory the process had resident: weights, caches, what operators need meanwhile, the
 * Java heap and the libraries' code, all together. What lies in a GPU is not in it.
 */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MARKS = Path.of("/proc/self/clear_refs");

  private PeakMemory() {}

  /**
   * The most that was resident since the process began or since {@link #restart}, in megabytes, as
   * Linux counts; 0 where it does not say.
   */
  public static long megabytes() {
    return read("VmHWM:");
  }

  /** What is resident now, in megabytes; 0 where the system does not say. */
  public static long now() {
    return read("VmRSS:");
  }

  /**
   * Forgets the most so far, so that {@link #megabytes} counts from here. Where the system does not
   * let a process do so, it goes on counting from the beginning.
   */
  public static void restart() {
    try {
      Files.writeString(MARKS, "5"); // proc(5): resets the peak
    } catch (IOException | SecurityException e) {
      // The peak then includes what came before, which is never less.
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
