package io.braid.app.commands;

import io.braid.input.AskingRecipe;
import io.braid.input.Prompting;
import io.braid.input.TemplateValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Which part of the data is asked, and what stands around a question, as options. */
final class AskingOptions {
  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "The split of a data set that has several: train, test.")
  private Optional<String> split = Optional.empty();

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description =
          "A system message for every prompt, in place of the data's own; '' leaves these out.")
  private Optional<String> system = Optional.empty();

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description = "The question in your words: Jinja over a record's values.")
  private Optional<String> template = Optional.empty();

  @Option(
      names = "--template-variable",
      paramLabel = "NAME=VALUE",
      description = "A variable of the model's chat template, such as enable_thinking=false.")
  private Map<String, String> variables = new LinkedHashMap<>();

  @Option(
      names = "--date",
      paramLabel = "DAY",
      description = "What the chat template takes for today, as 2026-01-31.")
  private Optional<String> date = Optional.empty();

  @Option(
      names = "--max-prompt-tokens",
      paramLabel = "N",
      description = "How long a prompt may be (default: what the model's context leaves).")
  private Optional<Integer> maxPromptTokens = Optional.empty();

  @Option(
      names = "--long-prompts",
      paramLabel = "refuse|drop",
      defaultValue = "refuse",
      converter = ByWord.class,
      description = "What happens to longer prompts (default: ${DEFAULT-VALUE}).")
  private Prompting.LongPrompts longPrompts = Prompting.LongPrompts.REFUSE;

  /** The words that recipes use. */
  static final class ByWord implements ITypeConverter<Prompting.LongPrompts> {
    @Override
    public Prompting.LongPrompts convert(String word) {
      return Prompting.LongPrompts.valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  Optional<String> split() {
    return split;
  }

  AskingRecipe asking() {
    Map<String, TemplateValue> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, TemplateValue.parse(value)));
    return new AskingRecipe(system, template, values, date, maxPromptTokens, longPrompts);
  }
}
