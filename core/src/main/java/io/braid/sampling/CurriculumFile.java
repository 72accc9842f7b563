package io.braid.sampling;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A curriculum's state as a file of a checkpoint. A line end follows the state, so that a file of a
 * curriculum without state is not empty, as a file is that a full disk cut short.
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

  /** Restores a curriculum; returns the state. */
  static String restore(Path file, Curriculum curriculum) {
    try {
      String text = Files.readString(file);
      if (!text.endsWith("\n")) {
        throw new IllegalArgumentException("it is cut short");
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
