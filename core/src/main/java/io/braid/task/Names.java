package io.braid.task;

import io.braid.Nearest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Names of constants as users write them, and hints about unknown ones. */
public final class Names {
  private Names() {}

  /** Returns the name of a constant, in lower case with hyphens. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the names of all constants of a type. */
  public static List<String> of(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants()).map(Names::of).toList();
  }

  /**
   * Returns the hint that follows an unknown name in an error message: {@code "; did you mean max?
   * There are numbers, max"}, without the question if no name is similar.
   */
  public static String hint(String given, Collection<String> known) {
    String question =
        Nearest.to(given, known).map(name -> "; did you mean " + name + "?").orElse(".");
    return switch (known.size()) {
      case 0 -> ". There are none";
      case 1 -> question + " There is " + String.join(", ", known);
      default -> question + " There are " + String.join(", ", known);
    };
  }
}
