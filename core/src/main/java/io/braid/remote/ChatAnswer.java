package io.braid.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses a chat service's response. Anything unexpected is an error, which makes the attempt fail.
 */
final class ChatAnswer {
  private ChatAnswer() {}

  /**
   * Returns the replies in a response's body.
   *
   * @param most maximum number of replies to return
   * @return at least one
   * @throws IllegalArgumentException if the body has a different form
   */
  static List<ChatReply> read(String body, int most) {
    JsonNode answer = JsonMapper.shared().readTree(body);
    JsonNode choices = answer.path("choices");
    if (!choices.isArray() || choices.isEmpty()) {
      throw new IllegalArgumentException("no choices");
    }
    int tokens = Math.max(0, answer.path("usage").path("completion_tokens").asInt(0));
    List<ChatReply> replies = new ArrayList<>();
    for (int c = 0; c < Math.min(most, choices.size()); c++) {
      replies.add(reply(choices.get(c), part(tokens, c, choices.size())));
    }
    return replies;
  }

  /** Splits a total into equal shares. */
  private static int part(int all, int index, int parts) {
    return all / parts + (index < all % parts ? 1 : 0);
  }

  private static ChatReply reply(JsonNode choice, int tokens) {
    JsonNode message = choice.path("message");
    String why = choice.path("finish_reason").asString("");
    Optional<String> content = text(message, "content").or(() -> text(message, "refusal"));
    Optional<String> thoughts =
        Stream.of("reasoning_content", "reasoning")
            .flatMap(key -> text(message, key).stream())
            .filter(each -> !each.isBlank())
            .findFirst();
    boolean explained = why.equals("content_filter") || why.equals("length");
    if (content.isEmpty() && thoughts.isEmpty() && !explained) {
      throw new IllegalArgumentException("a choice without content");
    }
    return new ChatReply(joined(thoughts, content), !why.equals("length"), tokens);
  }

  private static Optional<String> text(JsonNode message, String key) {
    JsonNode value = message.path(key);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  /** Puts the reasoning first; its tag remains open if the reply ended within it. */
  private static String joined(Optional<String> thoughts, Optional<String> content) {
    String said = content.orElse("");
    if (thoughts.isEmpty() || said.stripLeading().startsWith("<think>")) {
      return said;
    }
    String open = "<think>\n" + thoughts.get();
    return said.isEmpty() ? open : open + "\n</think>\n\n" + said;
  }
}
