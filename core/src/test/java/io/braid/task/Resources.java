package io.braid.task;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Files in the test resources. */
public final class Resources {
  private Resources() {}

  /** Copies a resource of this class's package to a file, and returns the file. */
  public static Path copy(String name, Path to) throws IOException {
    try (InputStream bytes = Resources.class.getResourceAsStream(name)) {
      Files.copy(Objects.requireNonNull(bytes, name), to);
      return to;
    }
  }
}
