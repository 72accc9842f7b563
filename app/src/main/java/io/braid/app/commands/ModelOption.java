package io.braid.app.commands;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --model}, for commands that require a model. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A model directory.")
  private Path model = Path.of("");

  Path directory() {
    return model;
  }
}
