package io.braid.rollout;

import io.braid.Check;
import io.braid.SettingError;
import java.util.List;

/**
 * How responses are sampled.
 *
 * @param samples responses for each prompt
 * @param temperature what logits are divided by; 0 takes the most likely token
 * @param topP keep the smallest set of most likely tokens with at least this probability; 1 keeps
 *     all
 * @param topK keep so many most likely tokens; 0 keeps all
 * @param minNewTokens no stop token is sampled before a response has so many tokens
 * @param maxNewTokens a response ends after this many tokens
 * @param stopIds tokens that end a response; the token is part of it
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

  /** Plain sampling from the model's own distribution. */
  public static SamplingSettings of(
      int samples, double temperature, int maxNewTokens, List<Long> stopIds) {
    return new SamplingSettings(samples, temperature, 1, 0, 0, maxNewTokens, stopIds, List.of());
  }
}
