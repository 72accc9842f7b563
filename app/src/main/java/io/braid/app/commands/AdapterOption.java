package io.braid.app.commands;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --adapter}. */
final class AdapterOption {
  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "A directory with a LoRA adapter of the model in PEFT's format, which is merged into it"
              + " in float32.")
  private Optional<Path> adapter = Optional.empty();

  Optional<Path> directory() {
    return adapter;
  }
}
