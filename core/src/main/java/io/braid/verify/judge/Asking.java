package io.braid.verify.judge;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import io.braid.remote.ChatModel;
import io.braid.remote.ChatReply;
import io.braid.remote.ChatSettings;
import io.braid.templates.ChatMessage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Settings for asking a judge: the first request is greedy. If its reply cannot be read, later
 * requests sample at temperature 0.7, so that their replies differ.
 *
 * @param maxTokens highest number of tokens of a reply
 * @param asks highest number of requests per question
 */
public record Asking(
    @Doc("Highest number of tokens of the judge's reply.") @Default("1024") int maxTokens,
    @Doc("Highest number of requests until a reply can be read.") @Default("3") int asks) {
  /** The defaults of a recipe. */
  public static final Asking STANDARD = new Asking(1024, 3);

  private static final double RETRY_TEMPERATURE = 0.7;

  /** Checks the settings. */
  public Asking {
    Check.atLeast("max_tokens", maxTokens, 1);
    Check.atLeast("asks", asks, 1);
  }

  /**
   * The result of asking a judge.
   *
   * @param answer the parsed answer; empty if no reply could be read
   * @param said last line of the last reply, not trusted
   */
  public record Asked<T>(Optional<T> answer, String said) {}

  /**
   * Asks until a reply can be read.
   *
   * @param read parses the answer from a reply
   * @throws UserError if the model does not reply
   */
  public <T> Asked<T> ask(ChatModel model, String question, Function<ChatReply, Optional<T>> read) {
    List<ChatMessage> messages = List.of(ChatMessage.user(question));
    for (int ask = 1; ; ask++) {
      ChatReply reply = model.complete(messages, settings(ask)).getFirst();
      Optional<T> answer = read.apply(reply);
      if (answer.isPresent() || ask == asks) {
        return new Asked<>(answer, LastLine.of(reply.text()));
      }
    }
  }

  private ChatSettings settings(int ask) {
    return new ChatSettings(
        1, ask == 1 ? 0 : RETRY_TEMPERATURE, 1, maxTokens, OptionalLong.of(ask), List.of());
  }
}
