package io.braid.remote;

import io.braid.UserError;
import java.util.List;
import java.util.OptionalLong;

/**
 * How replies are sampled.
 *
 * @param samples replies to one conversation
 * @param temperature what the logits are divided by; 0 takes the likeliest token
 * @param topP the smallest set of likeliest tokens with this much probability is kept; 1 keeps all
 * @param maxTokens a reply ends after so many tokens
 * @param seed same seed, same replies, as far as the model keeps to it
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
    require(samples >= 1, "samples: must be at least 1, here " + samples);
    require(
        temperature >= 0 && Double.isFinite(temperature),
        "temperature: must be 0 or more, here " + temperature);
    require(topP > 0 && topP <= 1, "top_p: must be above 0 and at most 1, here " + topP);
    require(maxTokens >= 1, "max_tokens: must be at least 1, here " + maxTokens);
    require(stops.stream().noneMatch(String::isEmpty), "stop: a stop string must not be empty");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new UserError(message);
    }
  }

  /** One reply by the likeliest tokens. */
  public static ChatSettings greedy(int maxTokens) {
    return new ChatSettings(1, 0, 1, maxTokens, OptionalLong.empty(), List.of());
  }
}
