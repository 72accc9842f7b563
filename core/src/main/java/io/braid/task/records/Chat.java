package io.braid.task.records;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A chat in a record: a list of {@code {role, content}} or {@code {from, value}}. A content is text
 * or a list of parts, of which those are taken that are text.
 */
public final class Chat {
  private Chat() {}

  /** Who speaks. */
  public enum Side {
    /** Who asks. */
    USER,
    /** Who answers. */
    ASSISTANT;

    private boolean is(String role) {
      return switch (role) {
        case "user", "human" -> this == USER;
        case "assistant", "gpt", "model" -> this == ASSISTANT;
        default -> false;
      };
    }
  }

  /** Whether a value is a chat. */
  static boolean is(JsonNode value) {
    return value.isArray()
        && !value.isEmpty()
        && value.valueStream().allMatch(message -> role(message).isPresent());
  }

  /**
   * What one side says in a chat of one turn. Empty when it says nothing, or when the chat has
   * several turns, whose later ones mean nothing without the earlier.
   */
  static Optional<String> said(JsonNode chat, Side side) {
    List<JsonNode> messages =
        chat.valueStream().filter(message -> side.is(role(message).orElse(""))).toList();
    return messages.size() == 1 ? Optional.of(content(messages.getFirst())) : Optional.empty();
  }

  private static Optional<String> role(JsonNode message) {
    return text(message, "role").or(() -> text(message, "from"));
  }

  private static Optional<String> text(JsonNode message, String key) {
    return Optional.ofNullable(message.get(key))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  private static String content(JsonNode message) {
    JsonNode content = message.path(message.has("content") ? "content" : "value");
    return content.isArray()
        ? content
            .valueStream()
            .flatMap(part -> text(part, "text").stream())
            .collect(Collectors.joining("\n"))
            .strip()
        : content.asString("").strip();
  }
}
