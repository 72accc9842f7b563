package io.braid.input;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.task.QuestionTemplate;
import io.braid.text.PromptFormat;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What stands around a question, and what happens to prompts that become too long.
 *
 * @param system a system message for every prompt, in place of those that the data have; empty to
 *     leave these out
 * @param template the question in other words, as Jinja over a record's values
 * @param variables what the chat template is given beside the messages
 * @param date what the chat template takes for today
 * @param maxPromptTokens how long a prompt may be
 * @param longPrompts what happens to longer ones
 */
public record AskingRecipe(
    @Doc(
            "A system message for every prompt, in place of the data's own; '' leaves these out."
                + " Needs a chat format.")
        Optional<String> system,
    @Doc("The question in your words: Jinja over a record's values, such as '{{ problem }}'.")
        Optional<String> template,
    @Doc("Variables of the model's chat template, such as {enable_thinking: false}.") @Default("{}")
        Map<String, TemplateValue> variables,
    @Doc(
            "What the chat template takes for today, as 2026-01-31; else the day on which the run"
                + " begins.")
        Optional<String> date,
    @Doc("How long a prompt may be; else what the model's context leaves.")
        Optional<Integer> maxPromptTokens,
    @Doc("What happens to longer prompts: refuse, or drop them and say how many.")
        @Default("refuse")
        Prompting.LongPrompts longPrompts) {
  /** Nothing but the question. */
  public static final AskingRecipe PLAIN =
      new AskingRecipe(
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Prompting.LongPrompts.REFUSE);

  /** Checks the settings. */
  public AskingRecipe {
    Check.atLeast("max_prompt_tokens", maxPromptTokens, 1);
    template.ifPresent(QuestionTemplate::of);
    date.ifPresent(AskingRecipe::day);
  }

  /** How the question is worded. */
  public Optional<QuestionTemplate> wording() {
    return template.map(QuestionTemplate::of);
  }

  /** How prompts of a format are made. */
  public Prompting with(PromptFormat format) {
    Map<String, Object> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, value.value()));
    return new Prompting(
        format, system, values, date.map(AskingRecipe::day), maxPromptTokens, longPrompts);
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text.strip());
    } catch (DateTimeException e) {
      throw new SettingError(
          "date", "wants a day such as 2026-01-31, found '%s'".formatted(text), e);
    }
  }
}
