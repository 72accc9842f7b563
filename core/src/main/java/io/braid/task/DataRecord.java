package io.braid.task;

import io.braid.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * One record of a data file.
 *
 * @param where for messages: {@code data.jsonl line 3}
 * @param values a JSON object
 */
record DataRecord(String where, JsonNode values) {
  boolean has(String key) {
    return values.has(key);
  }

  /** The key, which the record must have, or else the first that it has of the usual ones. */
  String key(String role, Optional<String> given, List<String> usual) {
    if (given.isPresent()) {
      if (!has(given.get())) {
        throw new UserError(
            "%s has no key '%s'%s".formatted(where, given.get(), Names.hint(given.get(), keys())));
      }
      return given.get();
    }
    return usual.stream()
        .filter(this::has)
        .findFirst()
        .orElseThrow(() ->
            new UserError(
                "%s has no %s: it has none of the keys %s%s; say which key is the %s"
                    .formatted(
                        where,
                        role,
                        String.join(", ", usual),
                        Names.hint(usual.getFirst(), keys()),
                        role)));
  }

  private List<String> keys() {
    return List.copyOf(values.propertyNames());
  }

  /**
   * The value as text: a number as it is written, a list with commas between. Empty when it is null
   * or blank.
   */
  Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key))
        .map(value -> text(key, value))
        .filter(text -> !text.isBlank());
  }

  private String text(String key, JsonNode value) {
    if (value.isArray()) {
      return value.valueStream().map(part -> scalar(key, part)).collect(Collectors.joining(", "));
    }
    return scalar(key, value);
  }

  private String scalar(String key, JsonNode value) {
    if (value.isContainer()) {
      throw new UserError(
          "%s: the value of '%s' is not text, a number or a list of these; name another key"
              .formatted(where, key));
    }
    return value.isNull() ? "" : value.asString().strip();
  }

  /** The value when it is a whole number. */
  OptionalInt whole(String key) {
    return Optional.ofNullable(values.get(key)).filter(JsonNode::canConvertToExactIntegral).stream()
        .filter(JsonNode::canConvertToInt)
        .mapToInt(JsonNode::intValue)
        .findAny();
  }

  /** The value when it is a list of whole numbers. */
  Optional<List<Integer>> wholes(String key) {
    JsonNode list = values.get(key);
    if (list == null || !list.isArray()) {
      return Optional.empty();
    }
    List<Integer> wholes = new ArrayList<>();
    for (JsonNode element : list) {
      if (!element.isIntegralNumber() || !element.canConvertToInt()) {
        return Optional.empty();
      }
      wholes.add(element.intValue());
    }
    return Optional.of(wholes);
  }

  /** The constant that the value names, or the other one when there is no such key. */
  <E extends Enum<E>> E choice(String key, E otherwise) {
    Optional<String> given = text(key);
    if (given.isEmpty()) {
      return otherwise;
    }
    for (E constant : otherwise.getDeclaringClass().getEnumConstants()) {
      if (Names.of(constant).equalsIgnoreCase(given.get())) {
        return constant;
      }
    }
    throw new UserError(
        "%s: %s is '%s'%s"
            .formatted(
                where,
                key,
                given.get(),
                Names.hint(given.get(), Names.of(otherwise.getDeclaringClass()))));
  }
}
