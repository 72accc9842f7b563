package io.braid.rollout;

import io.braid.Check;
import io.braid.SettingError;
import java.util.List;

/**
 * Settings for sampling responses.
 *
 * @param samples number of responses to each prompt
 * @param temperature divisor of the logits; 0 takes the most likely token
 * @param topP keep the smallest set of most likely tokens with at least this probability; 1 keeps
 *     all
 * @param topK number of most likely tokens to keep; 0 keeps all
 * @param minNewTokens minimum length: no stop token is sampled before a response has this number of
 *     tokens
 * @param maxNewTokens maximum length, in tokens
 * @param stopIds tokens that end a response; the token belongs to the response
 * @param stopStrings strings that end a response; text after them is dropped
 */
public record SamplingSettings(
    int samples,
    double temperature,
    double topP,
    int topK,
    int minNewTokens,
    int maxNewTokens,
    List<Long> stopIds,
    List<String> stopStrings) {

  /** Checks the settings. */
  public SamplingSettings {
    stopIds = List.copyOf(stopIds);
    stopStrings = List.copyOf(stopStrings);
    Check.atLeast("samples", samples, 1);
    if (!(temperature >= 0 && Double.isFinite(temperature))) {
      throw new SettingError("temperature", "must be at least 0 and finite, got " + temperature);
    }
    Check.above("top_p", topP, 0, 1);
    Check.atLeast("top_k", topK, 0);
    Check.atLeast("max_new_tokens", maxNewTokens, 1);
    Check.between("min_new_tokens", minNewTokens, 0, maxNewTokens);
    if (stopStrings.stream().anyMatch(String::isEmpty)) {
      throw new SettingError("stop", "a stop string must not be empty");
    }
  }

  /** Returns whether some tokens are never sampled, although the model gives them a probability. */
  public boolean filters() {
    return topP < 1 || topK > 0 || minNewTokens > 0;
  }

  /** Returns settings for sampling from the model's own distribution. */
  public static SamplingSettings of(
      int samples, double temperature, int maxNewTokens, List<Long> stopIds) {
    return new SamplingSettings(samples, temperature, 1, 0, 0, maxNewTokens, stopIds, List.of());
  }
}
