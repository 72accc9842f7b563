package io.braid.app.commands;

import io.braid.FileError;
import io.braid.checkpoint.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The recipes that come with Braid. */
final class ShippedRecipe {
  private ShippedRecipe() {}

  /**
   * Writes a recipe into a directory. A recipe that it extends must also be written there before it
   * is read.
   *
   * @param name name of the recipe, without {@code .yaml}
   * @return the written file
   */
  static Path write(String name, Path directory) {
    Path file = directory.resolve(name + ".yaml");
    try (InputStream in = ShippedRecipe.class.getResourceAsStream("/recipes/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("no recipe " + name + " on the class path");
      }
      Files.createDirectories(directory);
      AtomicFile.write(file, in.readAllBytes());
      return file;
    } catch (IOException e) {
      throw FileError.writing(file, e);
    }
  }
}
