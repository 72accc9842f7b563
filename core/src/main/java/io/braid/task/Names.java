package io.braid.task;

import io.braid.Nearest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Names as users write them: constants in lower case, and what to say about unknown ones. */
public final class Names {
  private Names() {}

  /** A constant as users write it. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** All constants of a type as users write them. */
  public static List<String> of(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants()).map(Names::of).toList();
  }

  /**
   * What to say after an unknown name: {@code "; did you mean max? There are numbers, max"}, or
   * without the question when none is near.
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
