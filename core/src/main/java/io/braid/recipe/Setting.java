package io.braid.recipe;

import io.braid.Default;
import io.braid.Doc;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One component of a settings record, as a recipe sees it.
 *
 * @param key its name in a recipe
 * @param type what it holds
 * @param fallback what it is when not given, as YAML
 * @param doc a sentence about it
 */
record Setting(String key, Type type, Optional<String> fallback, Optional<String> doc) {
  /** The settings of a record in the order of its components. */
  static List<Setting> of(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(Setting::of).toList();
  }

  private static Setting of(RecordComponent component) {
    return new Setting(
        Names.key(component.getName()),
        component.getGenericType(),
        Optional.ofNullable(component.getAnnotation(Default.class)).map(Default::value),
        Optional.ofNullable(component.getAnnotation(Doc.class)).map(Doc::value));
  }

  Kind kind() {
    return Kind.of(type);
  }

  /** Whether a recipe must give it. A nested record asks for its own keys instead. */
  boolean required() {
    return fallback.isEmpty() && !(kind() instanceof Kind.Maybe || kind() instanceof Kind.Nested);
  }
}
