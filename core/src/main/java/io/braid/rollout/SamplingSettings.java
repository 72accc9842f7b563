package io.braid.rollout;

import io.braid.UserError;
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
    require(samples >= 1, "samples: must be at least 1, got " + samples);
    require(
        temperature >= 0 && Double.isFinite(temperature),
        "temperature: must be 0 or more, got " + temperature);
    require(topP > 0 && topP <= 1, "top_p: must be above 0 and at most 1, got " + topP);
    require(topK >= 0, "top_k: must be 0 (all) or more, got " + topK);
    require(maxNewTokens >= 1, "max_new_tokens: must be at least 1, got " + maxNewTokens);
    require(
        minNewTokens >= 0 && minNewTokens <= maxNewTokens,
        "min_new_tokens: must be between 0 and max_new_tokens, got " + minNewTokens);
    require(
        stopStrings.stream().noneMatch(String::isEmpty), "stop: a stop string must not be empty");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new UserError(message);
    }
  }

  /** Plain sampling from the model's own distribution. */
  public static SamplingSettings of(
      int samples, double temperature, int maxNewTokens, List<Long> stopIds) {
    return new SamplingSettings(samples, temperature, 1, 0, 0, maxNewTokens, stopIds, List.of());
  }
}
