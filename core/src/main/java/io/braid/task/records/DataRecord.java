package io.braid.task.records;

import io.braid.Nearest;
import io.braid.UserError;
import io.braid.task.Names;
import io.braid.templates.ChatMessage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A record of a data file.
 *
 * <p>A key is looked up exactly, then ignoring case ({@code Answer} for {@code answer}), then as a
 * path into the record: {@code reward_model.ground_truth}, or {@code prompt.0.content}, where a
 * number is the index of a list element.
 *
 * @param where location for error messages, such as {@code data.jsonl line 3}
 * @param values the record as a JSON object
 */
public record DataRecord(String where, JsonNode values) {
  private static final int LONGEST_PLAIN = 400;

  /** Returns whether a key exists, possibly with an empty value. */
  public boolean has(String key) {
    return at(key).isPresent();
  }

  /** Returns the value of a key. */
  public Optional<JsonNode> at(String key) {
    Optional<JsonNode> whole = child(values, key);
    return whole.isPresent() || key.indexOf('.') < 0 ? whole : follow(key);
  }

  /** Follows a path. Objects and lists on the path may be stored as strings. */
  private Optional<JsonNode> follow(String path) {
    Optional<JsonNode> node = Optional.of(values);
    for (String step : path.split("\\.", -1)) {
      node =
          node.map(DataRecord::unwrapped)
              .flatMap(parent -> parent.isNull() ? Optional.of(parent) : child(parent, step));
    }
    return node;
  }

  private static JsonNode unwrapped(JsonNode value) {
    return value.isString() ? JsonText.container(value.stringValue()).orElse(value) : value;
  }

  /** Returns whether a key exists and has a value; see {@link #isMissing}. */
  public boolean isFilled(String key) {
    return at(key).filter(value -> !isMissing(value)).isPresent();
  }

  /**
   * Returns whether a value is empty: null, NaN (pandas' value for missing data, even as a string),
   * a blank string, a list of only such values, or an empty object.
   */
  public static boolean isMissing(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> value.valueStream().allMatch(each -> !each.isContainer() && isMissing(each));
      case OBJECT -> value.isEmpty();
      case STRING -> value.stringValue().isBlank() || value.stringValue().strip().equals("NaN");
      default -> isNothing(value);
    };
  }

  /** Returns whether a value is null or the number NaN. */
  public static boolean isNothing(JsonNode value) {
    return value.isNull()
        || value.isMissingNode()
        || (value.isFloatingPointNumber() && Double.isNaN(value.doubleValue()));
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

  /**
   * Returns the user's key or, if the user named none, the first usual key that the record has.
   *
   * @throws MissingKey if the record does not have the key, or has none of the usual keys
   */
  public String key(String role, Optional<String> given, List<String> usual) {
    if (given.isPresent()) {
      if (!has(given.get())) {
        throw new MissingKey(
            role,
            "%s has no key '%s'%s".formatted(where, given.get(), Names.hint(given.get(), keys())));
      }
      return given.get();
    }
    return first(usual)
        .orElseThrow(() ->
            new MissingKey(
                role,
                "%s has no %s: it has none of the keys %s%s; specify the key of the %s%s"
                    .formatted(
                        where,
                        role,
                        String.join(
                            ", ", usual.stream().filter(key -> !key.contains(".")).toList()),
                        Names.hint(nearest(usual), keys()),
                        role,
                        role.equals("answer")
                            ? " (any key, such as that of the question, if the verifier needs no"
                                + " answer)"
                            : "")));
  }

  /** Returns the usual key that is most similar to a key of the record. */
  private String nearest(List<String> usual) {
    return usual.stream()
        .filter(key -> Nearest.to(key, keys()).isPresent())
        .findFirst()
        .orElse(usual.getFirst());
  }

  /**
   * Returns the first of the keys that has a value in this record, or otherwise the first key that
   * exists. A column that is null in this record therefore never hides a column with a value.
   */
  public Optional<String> first(List<String> usual) {
    return usual.stream()
        .filter(this::isFilled)
        .findFirst()
        .or(() -> usual.stream().filter(this::has).findFirst());
  }

  /** Returns the keys that have a value in this record. */
  public List<String> filled(List<String> usual) {
    return usual.stream().filter(this::isFilled).toList();
  }

  private List<String> keys() {
    return List.copyOf(values.propertyNames());
  }

  /**
   * Returns the value as text: a number as it is written, a list separated by commas. Empty if it
   * is null or blank.
   */
  public Optional<String> text(String key) {
    return at(key).map(value -> text(key, value)).filter(text -> !text.isBlank());
  }

  /**
   * Returns a string value unchanged; unlike {@link #text}, it does not strip white space, which
   * would break code.
   */
  public Optional<String> verbatim(String key) {
    return at(key).filter(JsonNode::isString).map(JsonNode::stringValue);
  }

  /**
   * Returns the question in a value: the text or, for a chat, its last user message with the rest
   * of the chat.
   *
   * @throws UserError if the value is neither text nor a chat
   */
  public Optional<Asked> asked(String key) {
    Optional<JsonNode> chat = chat(key);
    if (chat.isEmpty()) {
      return question(key).map(text -> new Asked(text, List.of(), false));
    }
    return chat.flatMap(Chat::asked)
        .filter(asked -> !asked.question().isBlank())
        .map(asked -> new Asked(asked.question(), asked.conversation(), asked.begun()));
  }

  /**
   * A question.
   *
   * @param question the question's text
   * @param conversation all messages, including the question; empty if there is no chat
   * @param begun whether an assistant message follows the question
   */
  public record Asked(String question, List<ChatMessage> conversation, boolean begun) {
    /** Copies the list. */
    public Asked {
      conversation = List.copyOf(conversation);
    }

    /** Returns a copy with a different question. */
    public Asked asking(String other) {
      List<ChatMessage> around = new ArrayList<>(conversation);
      for (int i = around.size() - 1; i >= 0; i--) {
        ChatMessage message = around.get(i);
        if (message.role().equals("user")) {
          around.set(i, new ChatMessage("user", Optional.of(other), message.more()));
          break;
        }
      }
      return new Asked(other, around, begun);
    }
  }

  /** Returns whether the value is a chat, possibly stored as a string. */
  public boolean isChat(String key) {
    return chat(key).isPresent();
  }

  private Optional<JsonNode> chat(String key) {
    return at(key).map(DataRecord::unwrapped).filter(Chat::is);
  }

  /**
   * Returns the text of a string or of a list with one element; a longer list is not a question.
   */
  private Optional<String> question(String key) {
    JsonNode value = at(key).orElseGet(JsonNodeFactory.instance::missingNode);
    if (value.isArray() && value.size() > 1) {
      throw new UserError(
          "%s: the value of '%s' is a list, not a question; specify another key, or write one record per question"
              .formatted(where, key));
    }
    return text(key);
  }

  /** Returns the value as text or, for a chat, its last assistant message. */
  public Optional<String> answered(String key) {
    Optional<JsonNode> chat = chat(key);
    return chat.isPresent()
        ? chat.flatMap(Chat::answered).filter(text -> !text.isBlank()).map(String::strip)
        : text(key);
  }

  /** Returns the image parts of a chat, up to its question; none if the value is no chat. */
  public List<JsonNode> imageParts(String key) {
    return chat(key).map(Chat::imageParts).orElse(List.of());
  }

  /** Returns the strings of a list; empty for any other value. */
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
          "%s: the value of '%s' is not text, a number or a list of these; specify another key"
              .formatted(where, key));
    }
    return isMissing(value) ? "" : written(value).strip();
  }

  /**
   * Returns a scalar value as it is written; numbers have no exponent unless they would become too
   * long.
   */
  public static String written(JsonNode value) {
    if (value.isBigDecimal()) {
      BigDecimal number = value.decimalValue();
      return Math.abs((long) number.scale()) + number.precision() <= LONGEST_PLAIN
          ? number.toPlainString()
          : number.toString();
    }
    return value.asString();
  }

  /** Returns the value if it is an integer. */
  public OptionalInt whole(String key) {
    return at(key).filter(JsonNode::canConvertToExactIntegral).stream()
        .filter(JsonNode::canConvertToInt)
        .mapToInt(JsonNode::intValue)
        .findAny();
  }

  /** Returns the value if it is a list of integers. */
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

  /** Returns the constant that the value names, or a default if there is no such key. */
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
