package io.braid.remote;

import io.braid.Check;
import io.braid.SettingError;
import java.util.List;
import java.util.OptionalLong;

/**
 * How replies are sampled.
 *
 * @param samples number of replies to a conversation
 * @param temperature divisor of the logits; 0 means greedy decoding
 * @param topP samples only from the smallest set of most likely tokens with this total probability;
 *     1 keeps all tokens
 * @param maxTokens maximum length of a reply, in tokens
 * @param seed seed of the sampling; the same seed gives the same replies if the service honours it
 * @param stops strings at which a reply ends
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
    Check.atLeast("samples", samples, 1);
    if (!(temperature >= 0 && Double.isFinite(temperature))) {
      throw new SettingError("temperature", "must be at least 0 and finite, got " + temperature);
    }
    Check.above("top_p", topP, 0, 1);
    Check.atLeast("max_tokens", maxTokens, 1);
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new SettingError("stop", "a stop string must not be empty");
    }
  }

  /** Returns settings for one reply, decoded greedily. */
  public static ChatSettings greedy(int maxTokens) {
    return new ChatSettings(1, 0, 1, maxTokens, OptionalLong.empty(), List.of());
  }
}
