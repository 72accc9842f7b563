package io.braid.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/**
 * The process's resident memory: weights, caches, the operators' temporary memory, the Java heap
 * and the libraries' code. Memory of a GPU is not included. Only Linux reports it; on other systems
 * it is empty.
 */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MARKS = Path.of("/proc/self/clear_refs");

  private PeakMemory() {}

  /**
   * Returns the peak resident memory since the process started or since {@link #restart}, in
   * megabytes; empty if the system does not report it.
   */
  public static OptionalLong megabytes() {
    return read(STATUS, "VmHWM:");
  }

  /** Returns the current resident memory, in megabytes; empty if the system does not report it. */
  public static OptionalLong now() {
    return read(STATUS, "VmRSS:");
  }

  /**
   * Resets the peak, so that {@link #megabytes} counts from here. If the system does not allow
   * this, the peak still counts from the start of the process.
   */
  public static void restart() {
    try {
      Files.writeString(MARKS, "5"); // proc(5): resets the peak
    } catch (IOException | SecurityException e) {
      // The peak then includes earlier use, which can only make it larger.
    }
  }

  /** Describes a peak in words. */
  public static String words(OptionalLong megabytes) {
    return megabytes.isPresent()
        ? "at most %s MB resident".formatted(megabytes.getAsLong())
        : "peak memory unknown (only Linux reports it)";
  }

  /** Returns a peak as a row of a table: name, number, unit. */
  public static List<String> row(OptionalLong megabytes) {
    return megabytes.isPresent()
        ? List.of(
            "resident memory",
            Long.toString(megabytes.getAsLong()),
            "MB at most, the whole process")
        : List.of("resident memory", "unknown", "only Linux reports it");
  }

  /** Adds megabytes to a JSON object; an unknown number adds no key. */
  public static void put(ObjectNode object, String key, OptionalLong megabytes) {
    megabytes.ifPresent(known -> object.put(key, known));
  }

  /**
   * Reads a line of a process's status.
   *
   * @param status a file in the format of proc(5)
   * @param name the beginning of the line
   */
  static OptionalLong read(Path status, String name) {
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024 / 1_000_000)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
