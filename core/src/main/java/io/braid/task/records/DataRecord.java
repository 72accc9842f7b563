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
  private static final int LONGEST_PLAIN = 400;

  /** Whether there is such a key; its value may say nothing. */
  public boolean has(String key) {
    return at(key).isPresent();
  }

  /** The value of a key. */
  public Optional<JsonNode> at(String key) {
    Optional<JsonNode> whole = child(values, key);
    return whole.isPresent() || key.indexOf('.') < 0 ? whole : walk(key);
  }

  /** A column on the way may be written as the text of what it holds. */
  private Optional<JsonNode> walk(String path) {
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

  /** Whether a key is there and holds something; see {@link #isMissing}. */
  public boolean isFilled(String key) {
    return at(key).filter(value -> !isMissing(value)).isPresent();
  }

  /**
   * Whether a value says nothing: null, NaN (as pandas writes what is missing, also as text), a
   * blank text, a list of only such values, an empty object.
   */
  public static boolean isMissing(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> value.valueStream().allMatch(each -> !each.isContainer() && isMissing(each));
      case OBJECT -> value.isEmpty();
      case STRING -> value.stringValue().isBlank() || value.stringValue().strip().equals("NaN");
      default -> isNothing(value);
    };
  }

  /** Whether a value is null, or the number NaN. */
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
   * The key, which the record must have, or else the first that it has of the usual ones.
   *
   * @throws MissingKey when it has none
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
                "%s has no %s: it has none of the keys %s%s; say which key is the %s%s"
                    .formatted(
                        where,
                        role,
                        String.join(
                            ", ", usual.stream().filter(key -> !key.contains(".")).toList()),
                        Names.hint(nearest(usual), keys()),
                        role,
                        role.equals("answer")
                            ? " (any, such as the question's, where the verifier asks for none)"
                            : "")));
  }

  /** The usual key that one of the record's is nearest to. */
  private String nearest(List<String> usual) {
    return usual.stream()
        .filter(key -> Nearest.to(key, keys()).isPresent())
        .findFirst()
        .orElse(usual.getFirst());
  }

  /**
   * The first of some keys that holds something in this record, else the first that is there: a
   * column that is null in this row never hides one that is not.
   */
  public Optional<String> first(List<String> usual) {
    return usual.stream()
        .filter(this::isFilled)
        .findFirst()
        .or(() -> usual.stream().filter(this::has).findFirst());
  }

  /** All of some keys that hold something in this record. */
  public List<String> filled(List<String> usual) {
    return usual.stream().filter(this::isFilled).toList();
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

  /**
   * What the value asks: the text, or of a chat its last question and what stands around it.
   *
   * @throws UserError when it is neither
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
   * What is asked.
   *
   * @param question the question itself
   * @param conversation all messages, the question among them; empty where it stands alone
   * @param begun whether the chat goes on with what the assistant says
   */
  public record Asked(String question, List<ChatMessage> conversation, boolean begun) {
    /** Copies the list. */
    public Asked {
      conversation = List.copyOf(conversation);
    }

    /** The same, with another question where this one stands. */
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

  /** Whether the value is a chat, or the text of one. */
  public boolean isChat(String key) {
    return chat(key).isPresent();
  }

  private Optional<JsonNode> chat(String key) {
    return at(key).map(DataRecord::unwrapped).filter(Chat::is);
  }

  /** A text, or a list that holds one: several are no question. */
  private Optional<String> question(String key) {
    JsonNode value = at(key).orElseGet(JsonNodeFactory.instance::missingNode);
    if (value.isArray() && value.size() > 1) {
      throw new UserError(
          "%s: the value of '%s' is a list, not a question; name another key, or write one record for each"
              .formatted(where, key));
    }
    return text(key);
  }

  /** The value as text or, of a chat, what the assistant says last in it. */
  public Optional<String> answered(String key) {
    Optional<JsonNode> chat = chat(key);
    return chat.isPresent()
        ? chat.flatMap(Chat::answered).filter(text -> !text.isBlank()).map(String::strip)
        : text(key);
  }

  /** Whether the value is a chat that shows images. */
  public boolean showsImages(String key) {
    return chat(key).filter(Chat::showsImages).isPresent();
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
    return isMissing(value) ? "" : written(value).strip();
  }

  /** A value that is no container as it is written, a number without an exponent if short so. */
  public static String written(JsonNode value) {
    if (value.isBigDecimal()) {
      BigDecimal number = value.decimalValue();
      return Math.abs((long) number.scale()) + number.precision() <= LONGEST_PLAIN
          ? number.toPlainString()
          : number.toString();
    }
    return value.asString();
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
