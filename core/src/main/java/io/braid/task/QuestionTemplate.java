package io.braid.task;

import io.braid.UserError;
import io.braid.task.records.DataRecord;
import io.braid.task.records.Plain;
import io.braid.templates.jinja.JinjaTemplate;
import io.braid.templates.jinja.TemplateException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A recipe's wording of a question, as a Jinja template. Its variables are the record's values
 * under their keys, and the record's question as {@code question} if no key has this name.
 *
 * @param text its source
 * @param jinja the parsed template
 */
public record QuestionTemplate(String text, JinjaTemplate jinja) {
  /**
   * Parses a template.
   *
   * @throws UserError if it is not valid Jinja
   */
  public static QuestionTemplate of(String text) {
    try {
      return new QuestionTemplate(text, JinjaTemplate.parse(text).strict());
    } catch (TemplateException e) {
      throw new UserError(e.messageFor("template: its text"), e);
    }
  }

  /**
   * Returns the question in the template's wording.
   *
   * @throws UserError if the template uses a value that the record lacks, or uses none
   */
  String render(DataRecord values, String question) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("question", question);
    entries.putAll(Plain.map(values.values()));
    String worded;
    try {
      worded = jinja.render(entries, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    } catch (TemplateException e) {
      throw new UserError(
          "%s: %s; its keys are %s"
              .formatted(
                  values.where(),
                  e.messageFor("the recipe's template"),
                  String.join(", ", entries.keySet())),
          e);
    }
    if (worded.isBlank()) {
      throw new UserError(
          "%s: the recipe's template renders blank text for this record; its keys are %s"
              .formatted(values.where(), String.join(", ", entries.keySet())));
    }
    return worded;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuestionTemplate template && template.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
