package io.braid.recipe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Converts Java names to the spelling of recipes. */
final class Names {
  private Names() {}

  /**
   * Returns the key of a component: {@code max_new_tokens} for {@code maxNewTokens}, and {@code
   * class} for {@code class_}, since {@code class} is reserved in Java.
   */
  static String key(String component) {
    return split(component.replaceFirst("_$", ""), "_");
  }

  /** Returns the value of a constant: {@code sequence-mean} for {@code SEQUENCE_MEAN}. */
  static String value(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the {@code type} of a record: {@code running-mean} for {@code RunningMean}. */
  static String value(Class<?> choice) {
    return split(choice.getSimpleName(), "-");
  }

  /** Returns the values of an enum in declaration order. */
  static List<String> values(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(each -> value((Enum<?>) each)).toList();
  }

  private static String split(String camel, String mark) {
    return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", mark).toLowerCase(Locale.ROOT);
  }
}
