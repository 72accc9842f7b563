package io.braid.app.commands;

import picocli.CommandLine.Option;

/** {@code --seed}, for commands in which only sampling is random. */
final class SeedOption {
  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of sampling (default: ${DEFAULT-VALUE}).")
  private long seed;

  long value() {
    return seed;
  }
}
