package io.braid.recipe;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.MayChangeOnResume;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A component of a settings record, as a setting of a recipe.
 *
 * @param key key in a recipe
 * @param type Java type of the component
 * @param fallback default, as YAML; absent if the setting has none
 * @param doc description
 * @param inline whether it is a record whose settings are keys of the enclosing mapping, see {@link
 *     Inline}
 * @param onResume the effect of changing the setting when a run is resumed; absent if it must not
 *     change
 */
record Setting(
    String key,
    Type type,
    Optional<String> fallback,
    Optional<String> doc,
    boolean inline,
    Optional<MayChangeOnResume.Effect> onResume) {
  /** Returns the settings of a record in component order. */
  static List<Setting> of(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(Setting::of).toList();
  }

  /**
   * Returns the settings with keys in a record's mapping: the record's own settings and the
   * settings of inlined records.
   */
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
        component.isAnnotationPresent(Inline.class),
        Optional.ofNullable(component.getAnnotation(MayChangeOnResume.class))
            .map(MayChangeOnResume::value));
  }

  Kind kind() {
    return Kind.of(type);
  }

  /**
   * Returns whether a recipe must contain the key. A nested record is never required; its own keys
   * may be.
   */
  boolean required() {
    return fallback.isEmpty() && !(kind() instanceof Kind.Maybe || kind() instanceof Kind.Nested);
  }
}
