package io.braid.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Ways to damage a file. */
public enum Damages {
  /** The file is empty. */
  EMPTIED,
  /** The file's end is missing. */
  TRUNCATED,
  /** One bit is flipped. */
  FLIPPED,
  /** The second half is all zeros. */
  HALF_ZEROED,
  /** The file is deleted. */
  REMOVED;

  /** Damages a file. */
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
