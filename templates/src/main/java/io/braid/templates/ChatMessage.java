package io.braid.templates;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message in a conversation, as chat templates see it.
 *
 * @param role the speaker: {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param content the text; absent if an assistant only calls tools
 * @param more other entries, such as {@code tool_calls} or {@code reasoning_content}: strings,
 *     booleans, numbers, and lists and string-keyed maps of these
 */
public record ChatMessage(String role, Optional<String> content, Map<String, Object> more) {
  /** Copies the additional entries. */
  public ChatMessage {
    more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
  }

  /** Creates a system message. */
  public static ChatMessage system(String content) {
    return new ChatMessage("system", Optional.of(content), Map.of());
  }

  /** Creates a message from the user. */
  public static ChatMessage user(String content) {
    return new ChatMessage("user", Optional.of(content), Map.of());
  }

  /** Creates a message from the model. */
  public static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", Optional.of(content), Map.of());
  }

  /** Returns the result of a tool call. */
  public static ChatMessage tool(String content) {
    return new ChatMessage("tool", Optional.of(content), Map.of());
  }

  /**
   * Creates a message in which the model only calls tools.
   *
   * @param calls one map per call, in the format of OpenAI's interface
   */
  public static ChatMessage toolCalls(List<Map<String, Object>> calls) {
    return new ChatMessage("assistant", Optional.empty(), Map.of("tool_calls", calls));
  }

  /** Returns a copy of this message with an additional entry. */
  public ChatMessage with(String name, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(more);
    all.put(name, value);
    return new ChatMessage(role, content, all);
  }
}
