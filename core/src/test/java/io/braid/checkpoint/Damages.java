package io.braid.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What can become of a file. */
public enum Damages {
  /** Nothing is left of it. */
  EMPTIED,
  /** Its end is missing. */
  TRUNCATED,
  /** One bit is another. */
  FLIPPED,
  /** Its second half is zeros. */
  HALF_ZEROED,
  /** It is not there. */
  REMOVED;

  /** Does it to a file. */
  public void to(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (this) {
      case EMPTIED -> bytes = new byte[0];
      case TRUNCATED -> bytes = Arrays.copyOf(bytes, bytes.length - 1 - bytes.length / 3);
      case FLIPPED -> bytes[bytes.length / 2] ^= 1;
      case HALF_ZEROED -> Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0);
      case REMOVED -> {
        Files.delete(file);
        return;
      }
    }
    Files.write(file, bytes);
  }
}
