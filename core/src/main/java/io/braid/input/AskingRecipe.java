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
 * The text around a question, and what to do with prompts that are too long.
 *
 * @param system a system message for every prompt that replaces those in the data; empty removes
 *     them
 * @param template the wording of the question, as a Jinja template over a record's fields
 * @param variables the variables of the chat template
 * @param date the date that the chat template uses as today's
 * @param maxPromptTokens maximum length of a prompt, in tokens
 * @param longPrompts what to do with longer prompts
 * @param maxPixels most pixels of an image, which is made smaller otherwise
 */
public record AskingRecipe(
    @Doc(
            "A system message for every prompt, which replaces those in the data; '' removes them."
                + " Needs a chat format.")
        Optional<String> system,
    @Doc("The wording of the question: Jinja over a record's fields, such as '{{ problem }}'.")
        Optional<String> template,
    @Doc("Variables of the model's chat template, such as {enable_thinking: false}.") @Default("{}")
        Map<String, TemplateValue> variables,
    @Doc(
            "The date that the chat template uses as today's, such as 2026-01-31; by default the"
                + " day on which the run begins.")
        Optional<String> date,
    @Doc("The longest prompt, in tokens; by default what the model's context leaves.")
        Optional<Integer> maxPromptTokens,
    @Doc("What to do with longer prompts: refuse, or drop them and report how many.")
        @Default("refuse")
        Prompting.LongPrompts longPrompts,
    @Doc(
            "The most pixels of an image; larger ones are made smaller. By default what the model's"
                + " preprocessor_config.json says.")
        Optional<Long> maxPixels) {
  /** Settings that ask only the question. */
  public static final AskingRecipe PLAIN =
      new AskingRecipe(
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Prompting.LongPrompts.REFUSE,
          Optional.empty());

  /** Checks the settings. */
  public AskingRecipe {
    Check.atLeast("max_prompt_tokens", maxPromptTokens, 1);
    if (maxPixels.filter(pixels -> pixels < 1).isPresent()) {
      throw new SettingError("max_pixels", "must be at least 1, got " + maxPixels.get());
    }
    template.ifPresent(QuestionTemplate::of);
    date.ifPresent(AskingRecipe::day);
  }

  /** Returns the wording of the question. */
  public Optional<QuestionTemplate> wording() {
    return template.map(QuestionTemplate::of);
  }

  /** Returns the prompting settings for a format. */
  public Prompting with(PromptFormat format) {
    Map<String, Object> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, value.value()));
    return new Prompting(
        format,
        system,
        values,
        date.map(AskingRecipe::day),
        maxPromptTokens,
        longPrompts,
        maxPixels);
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text.strip());
    } catch (DateTimeException e) {
      throw new SettingError(
          "date", "must be a day such as 2026-01-31, got '%s'".formatted(text), e);
    }
  }
}
