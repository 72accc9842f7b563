package io.braid.recipe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a recipe spells what Java spells otherwise. */
final class Names {
  private Names() {}

  /**
   * {@code maxNewTokens} is the key {@code max_new_tokens}, and {@code class_}, which Java does not
   * let go without its mark, {@code class}.
   */
  static String key(String component) {
    return split(component.replaceFirst("_$", ""), "_");
  }

  /** {@code SEQUENCE_MEAN} is the value {@code sequence-mean}. */
  static String value(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Of a sealed choice, the record {@code RunningMean} is the type {@code running-mean}. */
  static String value(Class<?> choice) {
    return split(choice.getSimpleName(), "-");
  }

  /** The values of an enum, in the order of their declaration. */
  static List<String> values(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(each -> value((Enum<?>) each)).toList();
  }

  private static String split(String camel, String mark) {
    return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", mark).toLowerCase(Locale.ROOT);
  }
}
