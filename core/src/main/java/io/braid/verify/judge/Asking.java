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
 * How a judge is asked: first for its likeliest reply, and where that cannot be read, again at a
 * temperature, so that the reply is another.
 *
 * @param maxTokens a reply ends after so many tokens
 * @param asks how often in all, before there is no answer
 */
public record Asking(
    @Doc("The judge's reply ends after so many tokens.") @Default("1024") int maxTokens,
    @Doc("How often in all it is asked until its reply can be read.") @Default("3") int asks) {
  /** The defaults of a recipe. */
  public static final Asking STANDARD = new Asking(1024, 3);

  private static final double AGAIN = 0.7;

  /** Checks the settings. */
  public Asking {
    Check.atLeast("max_tokens", maxTokens, 1);
    Check.atLeast("asks", asks, 1);
  }

  /**
   * What came of asking.
   *
   * @param answer what was read; none where no reply could be read
   * @param said the last reply's last line, not trusted
   */
  public record Asked<T>(Optional<T> answer, String said) {}

  /**
   * Asks until a reply can be read.
   *
   * @param read finds the answer in a reply
   * @throws UserError when no reply can be had
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
    return new ChatSettings(1, ask == 1 ? 0 : AGAIN, 1, maxTokens, OptionalLong.of(ask), List.of());
  }
}
