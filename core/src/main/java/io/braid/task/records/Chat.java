package io.braid.task.records;

import io.braid.templates.ChatMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A chat in a record: a list of {@code {role, content}} or {@code {from, value}}, also as the JSON
 * text of one. A content is text or a list of parts, of which those that are text are joined as
 * chat templates join them.
 */
public final class Chat {
  private static final String USER = "user";
  private static final String ASSISTANT = "assistant";
  private static final Set<String> NAMED = Set.of("role", "from", "content", "value");

  private Chat() {}

  /**
   * What a chat asks.
   *
   * @param question the last message of the user's
   * @param conversation all messages up to where the model is to speak; empty where it is the
   *     question alone
   * @param begun whether the model's answer is begun there already
   */
  record Asked(String question, List<ChatMessage> conversation, boolean begun) {}

  /** Whether a value is a chat. */
  static boolean is(JsonNode value) {
    return value.isArray()
        && !value.isEmpty()
        && value.valueStream().allMatch(message -> role(message).isPresent());
  }

  /** What a chat asks; empty when the user says nothing in it. */
  static Optional<Asked> asked(JsonNode chat) {
    List<ChatMessage> all = chat.valueStream().map(Chat::message).toList();
    int last = lastOf(all, USER);
    if (last < 0) {
      return Optional.empty();
    }
    int end = all.size();
    while (end > last && all.get(end - 1).role().equals(ASSISTANT)) {
      end--;
    }
    List<ChatMessage> asked = all.subList(0, end);
    return Optional.of(
        new Asked(
            all.get(last).content().orElse(""),
            asked.size() == 1 && asked.getFirst().more().isEmpty() ? List.of() : asked,
            end < all.size()));
  }

  /** What the assistant says last, behind the last question. */
  static Optional<String> answered(JsonNode chat) {
    List<ChatMessage> all = chat.valueStream().map(Chat::message).toList();
    int last = lastOf(all, ASSISTANT);
    return last > lastOf(all, USER) ? all.get(last).content() : Optional.empty();
  }

  private static int lastOf(List<ChatMessage> all, String role) {
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).role().equals(role)) {
        return i;
      }
    }
    return -1;
  }

  private static ChatMessage message(JsonNode message) {
    String role =
        switch (role(message).orElse("")) {
          case "human" -> USER;
          case "gpt", "model", "bot", "chatgpt" -> ASSISTANT;
          case String other -> other;
        };
    Map<String, Object> more = new LinkedHashMap<>();
    message
        .properties()
        .forEach(entry -> {
          if (!NAMED.contains(entry.getKey()) && !DataRecord.isMissing(entry.getValue())) {
            more.put(entry.getKey(), Plain.of(entry.getValue()));
          }
        });
    return new ChatMessage(role, content(message), more);
  }

  private static Optional<String> role(JsonNode message) {
    return text(message, "role").or(() -> text(message, "from"));
  }

  private static Optional<String> text(JsonNode message, String key) {
    return Optional.ofNullable(message.get(key))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  private static Optional<String> content(JsonNode message) {
    JsonNode content = message.path(message.has("content") ? "content" : "value");
    if (!content.isArray()) {
      return content.isValueNode() && !content.isNull()
          ? Optional.of(content.asString())
          : Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    for (JsonNode part : content) {
      if (part.isString()) {
        parts.add(part.stringValue());
      } else {
        text(part, "text").ifPresent(parts::add);
      }
    }
    return Optional.of(parts.stream().collect(Collectors.joining()));
  }

  /** Whether a message shows something that is no text. */
  static boolean showsImages(JsonNode chat) {
    return chat.valueStream()
        .flatMap(message -> message.path("content").valueStream())
        .anyMatch(part -> part.path("type").asString("").startsWith("image"));
  }
}
