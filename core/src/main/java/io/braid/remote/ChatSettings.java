package io.braid.remote;

import io.braid.UserError;
import java.util.List;
import java.util.OptionalLong;

/**
 * How replies are sampled.
 *
 * @param samples number of replies to a conversation
 * @param temperature divisor of the logits; 0 means greedy decoding
 * @param topP only the smallest set of most likely tokens with this probability is sampled from; 1
 *     keeps all tokens
 * @param maxTokens the most tokens of a reply
 * @param seed the same seed gives the same replies, if the service honours it
 * @param stops texts that end a reply
 */
public record ChatSettings(
    int samples,
    double temperature,
    double topP,
    int maxTokens,
    OptionalLong seed,
    List<String> stops) {

  /** Checks the settings. */
  public ChatSettings {
    stops = List.copyOf(stops);
    require(samples >= 1, "samples: must be at least 1, got " + samples);
    require(
        temperature >= 0 && Double.isFinite(temperature),
        "temperature: must be 0 or more, got " + temperature);
    require(topP > 0 && topP <= 1, "top_p: must be above 0 and at most 1, got " + topP);
    require(maxTokens >= 1, "max_tokens: must be at least 1, got " + maxTokens);
    require(stops.stream().noneMatch(String::isEmpty), "stop: a stop string must not be empty");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new UserError(message);
    }
  }

  /** One reply by greedy decoding. */
  public static ChatSettings greedy(int maxTokens) {
    return new ChatSettings(1, 0, 1, maxTokens, OptionalLong.empty(), List.of());
  }
}
