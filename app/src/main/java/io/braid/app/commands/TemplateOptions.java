package io.braid.app.commands;

import io.braid.input.AskingRecipe;
import io.braid.input.Prompting;
import io.braid.input.TemplateValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for a model's chat template. */
final class TemplateOptions {
  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description =
          "A system message for every prompt, in place of those in the data; '' removes them.")
  private Optional<String> system = Optional.empty();

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
      names = "--max-pixels",
      paramLabel = "N",
      description = "The most pixels of an image; larger ones are made smaller.")
  private Optional<Long> maxPixels = Optional.empty();

  Optional<String> system() {
    return system;
  }

  /** Returns the settings with these options. */
  AskingRecipe asking(
      Optional<String> template,
      Optional<Integer> maxPromptTokens,
      Prompting.LongPrompts longPrompts) {
    return asking(system, template, maxPromptTokens, longPrompts);
  }

  /** Returns the settings for a chat with another system message. */
  AskingRecipe chat(Optional<String> otherSystem) {
    return asking(otherSystem, Optional.empty(), Optional.empty(), Prompting.LongPrompts.REFUSE);
  }

  private AskingRecipe asking(
      Optional<String> message,
      Optional<String> template,
      Optional<Integer> maxPromptTokens,
      Prompting.LongPrompts longPrompts) {
    Map<String, TemplateValue> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, TemplateValue.parse(value)));
    return new AskingRecipe(
        message, template, values, date, maxPromptTokens, longPrompts, maxPixels);
  }
}
