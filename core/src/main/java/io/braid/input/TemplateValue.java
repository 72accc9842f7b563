package io.braid.input;

import io.braid.Doc;

/**
 * The value of a chat template's variable: {@code true}, {@code false}, a whole number or a string.
 *
 * @param text as the user writes it
 */
@Doc("true, false, a whole number or a text")
public record TemplateValue(String text) {
  /** Wraps a string. */
  public static TemplateValue parse(String text) {
    return new TemplateValue(text);
  }

  Object value() {
    return switch (text) {
      case "true", "True" -> true;
      case "false", "False" -> false;
      case String number when number.matches("-?\\d{1,18}") -> Long.valueOf(number);
      default -> text;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
