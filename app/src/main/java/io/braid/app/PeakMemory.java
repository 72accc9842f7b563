package io.braid.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory the process had resident at most. */
final class PeakMemory {
  private PeakMemory() {}

  /** In megabytes, as Linux counts; 0 where it does not say. */
  static long megabytes() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024 / 1_000_000)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
