package io.braid.app.commands;

import io.braid.task.ImageFields;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say where the images of records are. */
final class ImageOptions {
  @Option(
      names = "--images",
      paramLabel = "KEY",
      description =
          "The field that holds the images (default: found automatically); '' reads only the text.")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description =
          "The directory to which the paths of images are relative (default: that of the data"
              + " file).")
  private Optional<Path> root = Optional.empty();

  Optional<String> key() {
    return key;
  }

  Optional<Path> root() {
    return root;
  }

  ImageFields fields() {
    return new ImageFields(key, root);
  }
}
