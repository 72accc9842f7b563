package io.braid.sampling;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A curriculum's state as a file of a checkpoint. */
final class CurriculumFile {
  static final String NAME = "curriculum.txt";

  private CurriculumFile() {}

  static void write(Path checkpoint, String state) {
    Path file = checkpoint.resolve(NAME);
    try {
      Files.writeString(file, state);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be written (" + e.getMessage() + ")", e);
    }
  }

  /** Restores a curriculum; returns the state. */
  static String restore(Path checkpoint, Curriculum curriculum) {
    Path file = checkpoint.resolve(NAME);
    try {
      String state = Files.readString(file);
      curriculum.restore(state);
      return state;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError(
          "%s: cannot be read (%s); delete this checkpoint and resume from the one before"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
