package io.braid.app.commands;

import io.braid.input.AskingRecipe;
import io.braid.input.Prompting;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that choose the split of the data and how a question becomes a prompt. */
final class AskingOptions {
  @Mixin private SplitOption split = new SplitOption();

  @Mixin private TemplateOptions chat = new TemplateOptions();

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description = "The wording of the question: a Jinja template over the fields of a record.")
  private Optional<String> template = Optional.empty();

  @Option(
      names = "--max-prompt-tokens",
      paramLabel = "N",
      description =
          "The longest prompt allowed, in tokens (default: what the model's context leaves).")
  private Optional<Integer> maxPromptTokens = Optional.empty();

  @Option(
      names = "--long-prompts",
      paramLabel = "refuse|drop",
      defaultValue = "refuse",
      description = "What to do with longer prompts (default: ${DEFAULT-VALUE}).")
  private Prompting.LongPrompts longPrompts = Prompting.LongPrompts.REFUSE;

  Optional<String> split() {
    return split.name();
  }

  AskingRecipe asking() {
    return chat.asking(template, maxPromptTokens, longPrompts);
  }
}
