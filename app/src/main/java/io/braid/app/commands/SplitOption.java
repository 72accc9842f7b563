package io.braid.app.commands;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --split}. */
final class SplitOption {
  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "The split to read from a data set that has several: train, test.")
  private Optional<String> split = Optional.empty();

  Optional<String> name() {
    return split;
  }
}
