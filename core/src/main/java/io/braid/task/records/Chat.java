package io.braid.task.records;

import io.braid.image.ImageSource;
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
 * Reads a chat in a record: a list of {@code {role, content}} or {@code {from, value}}. Content is
 * either a string or a list of parts; text parts are joined as in chat templates, and an image part
 * becomes an image's place ({@link ImageSource#PLACE}) in the text.
 */
public final class Chat {
  private static final String USER = "user";
  private static final String ASSISTANT = "assistant";
  private static final Set<String> NAMED = Set.of("role", "from", "content", "value");

  private static final List<String> IMAGES = List.of("image", "image_url");

  private Chat() {}

  /**
   * The question of a chat.
   *
   * @param question the last user message
   * @param conversation all messages before the model's response; empty if the question is the only
   *     one
   * @param begun whether assistant messages follow the question
   */
  record Asked(String question, List<ChatMessage> conversation, boolean begun) {}

  /** Returns whether a value is a chat. */
  static boolean is(JsonNode value) {
    return value.isArray()
        && !value.isEmpty()
        && value.valueStream().allMatch(message -> role(message).isPresent());
  }

  /** Returns the question in a chat; empty if there is no user message. */
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

  /** Returns the last assistant message if it follows the last user message. */
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
      if (isImage(part)) {
        parts.add(ImageSource.PLACE);
      } else if (part.isString()) {
        parts.add(part.stringValue());
      } else {
        text(part, "text").ifPresent(parts::add);
      }
    }
    return Optional.of(parts.stream().collect(Collectors.joining()));
  }

  private static boolean isImage(JsonNode part) {
    return part.path("type").isString()
        ? part.path("type").stringValue().startsWith("image")
        : IMAGES.stream().anyMatch(key -> !DataRecord.isMissing(part.path(key)));
  }

  /** Returns the image parts of the messages before the model's response, in order. */
  static List<JsonNode> imageParts(JsonNode chat) {
    int end = asked(chat).map(asked -> Math.max(1, asked.conversation.size())).orElse(0);
    return chat.valueStream()
        .limit(end)
        .flatMap(
            message -> message.path(message.has("content") ? "content" : "value").valueStream())
        .filter(Chat::isImage)
        .toList();
  }
}
