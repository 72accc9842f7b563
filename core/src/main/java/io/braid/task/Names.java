package io.braid.task;

import io.braid.Nearest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Names as users write them: constants in lower case, and what to say about unknown ones. */
final class Names {
  private Names() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static List<String> of(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants()).map(Names::of).toList();
  }

  /** {@code "; did you mean max? There are numbers, max"}, without the question if none is near. */
  static String hint(String given, Collection<String> known) {
    return Nearest.to(given, known).map(name -> "; did you mean " + name + "?").orElse(";")
        + " There "
        + (known.size() == 1 ? "is " : "are ")
        + String.join(", ", known);
  }
}
