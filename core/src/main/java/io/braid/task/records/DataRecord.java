package io.braid.task.records;

import io.braid.UserError;
import io.braid.task.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * One record of a data file.
 *
 * <p>A key is meant as it is written, else in other cases ({@code Answer} for {@code answer}), else
 * as a path into the record: {@code reward_model.ground_truth}, or {@code prompt.0.content}, where
 * a number counts the elements of a list from 0.
 *
 * @param where for messages: {@code data.jsonl line 3}
 * @param values a JSON object
 */
public record DataRecord(String where, JsonNode values) {
  /** Whether there is such a key; its value may be null. */
  public boolean has(String key) {
    return at(key).isPresent();
  }

  /** The value of a key. */
  public Optional<JsonNode> at(String key) {
    Optional<JsonNode> whole = child(values, key);
    return whole.isPresent() || key.indexOf('.') < 0 ? whole : walk(key);
  }

  private Optional<JsonNode> walk(String path) {
    Optional<JsonNode> node = Optional.of(values);
    for (String step : path.split("\\.", -1)) {
      node = node.flatMap(parent -> child(parent, step));
    }
    return node;
  }

  private static Optional<JsonNode> child(JsonNode parent, String step) {
    if (parent.isArray()) {
      return step.matches("\\d{1,9}")
          ? Optional.ofNullable(parent.get(Integer.parseInt(step)))
          : Optional.empty();
    }
    JsonNode exact = parent.get(step);
    if (exact != null || !parent.isObject()) {
      return Optional.ofNullable(exact);
    }
    return parent.propertyNames().stream()
        .filter(step::equalsIgnoreCase)
        .findFirst()
        .map(parent::get);
  }

  /** The key, which the record must have, or else the first that it has of the usual ones. */
  public String key(String role, Optional<String> given, List<String> usual) {
    if (given.isPresent()) {
      if (!has(given.get())) {
        throw new UserError(
            "%s has no key '%s'%s".formatted(where, given.get(), Names.hint(given.get(), keys())));
      }
      return given.get();
    }
    return first(usual)
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

  /** The first of some keys that the record has. */
  public Optional<String> first(List<String> usual) {
    return usual.stream().filter(this::has).findFirst();
  }

  private List<String> keys() {
    return List.copyOf(values.propertyNames());
  }

  /**
   * The value as text: a number as it is written, a list with commas between. Empty when it is null
   * or blank.
   */
  public Optional<String> text(String key) {
    return at(key).map(value -> text(key, value)).filter(text -> !text.isBlank());
  }

  /** The value exactly as it is written, when it is a text; code must not be stripped. */
  public Optional<String> verbatim(String key) {
    return at(key).filter(JsonNode::isString).map(JsonNode::stringValue);
  }

  /** The value as text or, of a chat, what one side says in it. */
  public Optional<String> said(String key, Chat.Side side) {
    return at(key).filter(Chat::is).isPresent()
        ? at(key).flatMap(chat -> Chat.said(chat, side)).filter(text -> !text.isBlank())
        : text(key);
  }

  /** The values of a list of texts; empty when it is something else. */
  public List<String> texts(String key) {
    return at(key).filter(JsonNode::isArray).stream()
        .flatMap(JsonNode::valueStream)
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .toList();
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
  public OptionalInt whole(String key) {
    return at(key).filter(JsonNode::canConvertToExactIntegral).stream()
        .filter(JsonNode::canConvertToInt)
        .mapToInt(JsonNode::intValue)
        .findAny();
  }

  /** The value when it is a list of whole numbers. */
  public Optional<List<Integer>> wholes(String key) {
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
  public <E extends Enum<E>> E choice(String key, E otherwise) {
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
