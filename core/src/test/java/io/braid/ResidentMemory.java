package io.braid;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** How much memory the process really holds, Java's and native together. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern LINE = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  private ResidentMemory() {}

  /** In bytes; a test that asks where nobody can tell is skipped. */
  public static long bytes() {
    Assumptions.assumeTrue(Files.isReadable(STATUS), "no /proc/self/status here");
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
