package io.braid.recipe;

import java.lang.reflect.Type;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** The keys that a recipe can have, as paths from its root, such as {@code loss.epsilon_low}. */
final class KeyPaths {
  private KeyPaths() {}

  /**
   * Returns the paths of all keys, including those of each choice. A list's items have the path of
   * the list; a choice within a choice of the same type is left out, since it could go on forever.
   */
  static Set<String> of(Class<? extends Record> recipe) {
    Set<String> all = new TreeSet<>();
    addRecord(recipe, "", all, Set.of());
    return Collections.unmodifiableSet(all);
  }

  private static void addRecord(Class<?> record, String path, Set<String> all, Set<Type> above) {
    for (Setting setting : Setting.withKeys(record)) {
      String key = path.isEmpty() ? setting.key() : path + "." + setting.key();
      all.add(key);
      addValue(setting.type(), key, all, above);
    }
  }

  private static void addValue(Type type, String path, Set<String> all, Set<Type> above) {
    switch (Kind.of(type)) {
      case Kind.Maybe maybe -> addValue(maybe.of(), path, all, above);
      case Kind.Many many -> addValue(many.of(), path, all, above);
      case Kind.Nested nested -> addRecord(nested.type(), path, all, above);
      case Kind.Choice choice when !above.contains(type) -> {
        Set<Type> within = new HashSet<>(above);
        within.add(type);
        choice.records().values().forEach(each -> addRecord(each, path, all, within));
      }
      case Kind.Choice _, Kind.Single _, Kind.Constant _, Kind.Named _ -> {}
    }
  }
}
