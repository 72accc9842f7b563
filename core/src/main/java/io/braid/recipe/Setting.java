package io.braid.recipe;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One component of a settings record, as a recipe sees it.
 *
 * @param key its name in a recipe
 * @param type what it holds
 * @param fallback what it is when not given, as YAML
 * @param doc a sentence about it
 * @param inline whether it is a record whose settings stand among those of its owner, see {@link
 *     Inline}
 */
record Setting(
    String key, Type type, Optional<String> fallback, Optional<String> doc, boolean inline) {
  /** The settings of a record in the order of its components. */
  static List<Setting> of(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(Setting::of).toList();
  }

  /** The settings that have keys in a record's mapping: its own and those of inlined records. */
  static List<Setting> withKeys(Class<?> record) {
    return of(record).stream().flatMap(Setting::expanded).toList();
  }

  private Stream<Setting> expanded() {
    return inline && kind() instanceof Kind.Nested nested
        ? withKeys(nested.type()).stream()
        : Stream.of(this);
  }

  private static Setting of(RecordComponent component) {
    return new Setting(
        Names.key(component.getName()),
        component.getGenericType(),
        Optional.ofNullable(component.getAnnotation(Default.class)).map(Default::value),
        Optional.ofNullable(component.getAnnotation(Doc.class)).map(Doc::value),
        component.isAnnotationPresent(Inline.class));
  }

  Kind kind() {
    return Kind.of(type);
  }

  /** Whether a recipe must give it. A nested record asks for its own keys instead. */
  boolean required() {
    return fallback.isEmpty() && !(kind() instanceof Kind.Maybe || kind() instanceof Kind.Nested);
  }
}
