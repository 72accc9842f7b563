package io.braid.app.commands;

import picocli.CommandLine.Option;

/** {@code --no-special-tokens}. */
final class SpecialTokensOption {
  @Option(
      names = "--no-special-tokens",
      description =
          "Leave out the special tokens, such as a BOS, that the tokenizer adds to a raw prompt.")
  private boolean none;

  /** Returns whether the tokenizer's special tokens are added to a raw prompt. */
  boolean added() {
    return !none;
  }
}
