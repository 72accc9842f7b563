package io.braid.recipe;

import io.braid.Nearest;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Optional;

/**
 * Loads a user's settings record, which a recipe names by its full class name as the {@code type}
 * of an open choice.
 */
final class UserClass {
  private UserClass() {}

  /**
   * Returns whether a word in a recipe is a class name: class names contain a dot, Braid's own
   * names do not.
   */
  static boolean isNamed(String word) {
    return word.indexOf('.') >= 0;
  }

  /**
   * Loads the class from the class path.
   *
   * @param wanted the interface that it must implement
   * @param node the class name in the recipe
   * @param path key of the choice
   * @param known names of Braid's own choices, for suggestions
   * @throws io.braid.UserError if the class is missing, cannot be loaded, is not a public record,
   *     or does not implement the interface
   */
  static Class<?> load(Class<?> wanted, Node.Scalar node, String path, Collection<String> known) {
    String name = node.text();
    Class<?> found;
    try {
      found = Class.forName(name, true, loader());
    } catch (ClassNotFoundException e) {
      String meant = name.substring(name.lastIndexOf('.') + 1);
      throw node.place()
          .error(
              "%s: there is no class %s on the class path%s; name its directory or jar in BRAID_CLASSPATH"
                  .formatted(
                      path,
                      node.found(),
                      Nearest.to(meant, known)
                          .map(" (Braid's own is '%s')"::formatted)
                          .orElse("")));
    } catch (UnsupportedClassVersionError e) {
      throw error(
          node,
          path,
          "was compiled for a newer Java than this one, %s; compile it with --release %s"
              .formatted(Runtime.version().feature(), Runtime.version().feature()));
    } catch (ExceptionInInitializerError e) {
      throw error(
          node, path, "throws an exception while it is loaded: " + reason(e.getException()));
    } catch (NoClassDefFoundError e) {
      throw error(
          node,
          path,
          "needs a class that is not on the class path (%s); add its jar to BRAID_CLASSPATH"
              .formatted(e.getMessage()));
    } catch (LinkageError e) {
      throw error(node, path, "cannot be loaded: " + reason(e));
    }
    if (!wanted.isAssignableFrom(found)) {
      throw error(node, path, "does not implement " + wanted.getName());
    }
    if (!found.isRecord()) {
      throw error(node, path, "is not a record; its components are the settings of a recipe");
    }
    if (!Modifier.isPublic(found.getModifiers())) {
      throw error(node, path, "is not public");
    }
    for (Setting setting : Setting.of(found)) {
      try {
        setting.kind();
      } catch (IllegalArgumentException e) {
        throw error(
            node,
            path,
            "has the component '%s' of type %s; a recipe can state int, long, double, boolean, String, Path, enums, records, and Optional, List and Map of them"
                .formatted(setting.key(), setting.type().getTypeName()));
      }
    }
    return found;
  }

  /** Returns whether a class is a user's record rather than one of Braid's choices. */
  static boolean is(Class<?> type, Kind.Choice choice) {
    return choice.open() && !choice.records().containsValue(type);
  }

  /**
   * Returns a class from the class path without running any of its code; empty if it cannot be
   * loaded.
   */
  static Optional<Class<?>> find(String name) {
    try {
      return Optional.of(Class.forName(name, false, loader()));
    } catch (ClassNotFoundException | LinkageError _) {
      return Optional.empty();
    }
  }

  /** Describes a failure in one line. */
  static String reason(Throwable failure) {
    return failure.getClass().getSimpleName()
        + Optional.ofNullable(failure.getMessage()).map(": "::concat).orElse("");
  }

  private static RuntimeException error(Node.Scalar node, String path, String what) {
    return node.place().error("%s: the class %s %s".formatted(path, node.text(), what));
  }

  private static ClassLoader loader() {
    return Optional.ofNullable(Thread.currentThread().getContextClassLoader())
        .orElse(UserClass.class.getClassLoader());
  }
}
