package io.braid.task;

import io.braid.UserError;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** The {@code key=value} options of a task spec. Keys that were never read are unknown. */
public final class Options {
  private static final String ALL = "all";

  private final String task;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Set<String> known = new TreeSet<>();

  Options(String task, String written) {
    this.task = task;
    for (String option : written.isBlank() ? new String[0] : written.split(",", -1)) {
      int equals = option.indexOf('=');
      if (equals < 1) {
        throw new UserError(
            "task %s: '%s' is not of the form key=value; example: %s:count=100,seed=7"
                .formatted(task, option.strip(), task));
      }
      String key = option.substring(0, equals).strip();
      if (values.put(key, option.substring(equals + 1).strip()) != null) {
        throw new UserError("task %s: %s is given twice; give it once".formatted(task, key));
      }
    }
  }

  private Optional<String> given(String key) {
    known.add(key);
    return Optional.ofNullable(values.get(key));
  }

  OptionalInt whole(String key) {
    return given(key).stream()
        .mapToInt(value -> (int) number(key, value, Integer.MAX_VALUE))
        .findAny();
  }

  /** Returns the whole number of a key. */
  public int whole(String key, int otherwise) {
    return whole(key).orElse(otherwise);
  }

  /** Returns the seed of a key. */
  public long seed(String key, long otherwise) {
    return given(key).map(value -> number(key, value, Long.MAX_VALUE)).orElse(otherwise);
  }

  private long number(String key, String value, long most) {
    try {
      long number = Long.parseLong(value);
      if (Math.absExact(number) <= most) {
        return number;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // refused below, like a number out of range
    }
    throw new UserError(
        "task %s: %s is '%s'; give an integer up to %d".formatted(task, key, value, most));
  }

  boolean flag(String key, boolean otherwise) {
    return given(key)
        .map(value ->
            switch (value.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default ->
                  throw new UserError(
                      "task %s: %s is '%s'; give true or false".formatted(task, key, value));
            })
        .orElse(otherwise);
  }

  <E extends Enum<E>> E choice(String key, E otherwise) {
    return choice(key, otherwise.getDeclaringClass()).orElse(otherwise);
  }

  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    return given(key).map(value -> constant(key, value, type, Names.of(type)));
  }

  /**
   * Returns the constants that a key names, joined with {@code +}; all of them for {@code all} or
   * if the key is not given.
   */
  public <E extends Enum<E>> Set<E> choices(String key, Class<E> type) {
    Optional<String> value = given(key).filter(written -> !written.equalsIgnoreCase(ALL));
    if (value.isEmpty()) {
      return EnumSet.allOf(type);
    }
    List<String> names = new ArrayList<>(Names.of(type));
    names.add(ALL);
    Set<E> chosen = EnumSet.noneOf(type);
    for (String name : value.get().split("\\+", -1)) {
      chosen.add(constant(key, name.strip(), type, names));
    }
    return chosen;
  }

  private <E extends Enum<E>> E constant(
      String key, String value, Class<E> type, List<String> names) {
    for (E constant : type.getEnumConstants()) {
      if (Names.of(constant).equalsIgnoreCase(value)) {
        return constant;
      }
    }
    throw new UserError(
        "task %s: %s is '%s'%s".formatted(task, key, value, Names.hint(value, names)));
  }

  /** Rejects unknown keys. Call this method after reading all known keys. */
  void refuseOthers() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw new UserError(
            "task %s has no key '%s'%s".formatted(task, key, Names.hint(key, known)));
      }
    }
  }
}
