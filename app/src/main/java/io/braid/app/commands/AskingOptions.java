package io.braid.app.commands;

import io.braid.input.AskingRecipe;
import io.braid.input.Prompting;
import io.braid.input.TemplateValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that choose the split of the data and how a question becomes a prompt. */
final class AskingOptions {
  @Mixin private SplitOption split = new SplitOption();

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description =
          "A system message for every prompt, in place of those in the data; '' removes them.")
  private Optional<String> system = Optional.empty();

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description = "The wording of the question: a Jinja template over the fields of a record.")
  private Optional<String> template = Optional.empty();

  @Option(
      names = "--template-variable",
      paramLabel = "NAME=VALUE",
      description = "A variable of the model's chat template, such as enable_thinking=false.")
  private Map<String, String> variables = new LinkedHashMap<>();

  @Option(
      names = "--date",
      paramLabel = "DAY",
      description = "The date that the chat template is given as today, such as 2026-01-31.")
  private Optional<String> date = Optional.empty();

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
    Map<String, TemplateValue> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, TemplateValue.parse(value)));
    return new AskingRecipe(system, template, values, date, maxPromptTokens, longPrompts);
  }
}
