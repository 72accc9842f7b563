package io.braid.sampling;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The checkpoint file of a curriculum's state. A newline ends the file, so that it is never empty
 * unless a full disk truncated it.
 */
final class CurriculumFile {
  static final String NAME = "curriculum.txt";

  private CurriculumFile() {}

  static void write(Path file, String state) {
    try {
      Files.writeString(file, state + "\n");
    } catch (IOException e) {
      throw FileError.writing(file, e);
    }
  }

  /** Restores a curriculum and returns its state. */
  static String restore(Path file, Curriculum curriculum) {
    try {
      String text = Files.readString(file);
      if (!text.endsWith("\n")) {
        throw new IllegalArgumentException("it is truncated");
      }
      String state = text.substring(0, text.length() - 1);
      curriculum.restore(state);
      return state;
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "%s: cannot be read (%s); delete this checkpoint and resume from the one before"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
