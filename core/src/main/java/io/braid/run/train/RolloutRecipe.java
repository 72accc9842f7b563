package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.MayChangeOnResume;
import io.braid.model.RolloutWeights;
import io.braid.rollout.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings for sampling responses.
 *
 * @param samples responses per prompt
 * @param temperature the sampling temperature
 * @param topP the probability mass to keep
 * @param topK number of most likely tokens to keep; 0 keeps all
 * @param minNewTokens minimum length of a response, in tokens
 * @param maxNewTokens maximum length of a response, in tokens
 * @param stop strings that end a response
 * @param kvCacheMb the memory for keys and values, in megabytes
 * @param weights format of the weights for sampling
 * @param variant what to do with a response that reached the limit
 */
public record RolloutRecipe(
    @Doc("Responses per prompt.") @Default("8") int samples,
    @Default("1.0") double temperature,
    @Doc("Nucleus sampling: the probability mass to keep; 1 keeps every token.") @Default("1.0")
        double topP,
    @Doc("Number of most likely tokens to keep; 0 keeps every token.") @Default("0") int topK,
    @Default("0") int minNewTokens,
    @Default("1024") int maxNewTokens,
    @Doc("Texts that end a response, in addition to the model's end tokens.") @Default("[]")
        List<String> stop,
    @MayChangeOnResume
        @Doc("Memory for keys and values, in megabytes; prompts beyond it wait.")
        @Default("2048")
        int kvCacheMb,
    @Doc(
            "The format of the weights for sampling: as-trained, bfloat16, or int8 (signed bytes, a"
                + " scale for each output). Formats other than as-trained require a rollout"
                + " correction.")
        @Default("as-trained")
        RolloutWeights weights,
    @Doc(
            "paper; or released, as in RLFR's published code: the end token replaces the last token"
                + " of a response that reached max_new_tokens, which then counts as ended.")
        @Default("paper")
        Variant variant) {
  /** What to do with a response that reached the limit. */
  public enum Variant {
    /** Truncate it, and tell the verifier that it was truncated. */
    PAPER,
    /**
     * Replace its last token with the end token, which is trained on like any other token; for the
     * verifier the model then ended the response. This is {@code process_sequences} of the released
     * {@code actor_flow.py}.
     */
    RELEASED
  }

  /** Checks the settings. */
  public RolloutRecipe {
    stop = List.copyOf(stop);
    Check.atLeast("kv_cache_mb", kvCacheMb, 1);
    new SamplingSettings(
        samples, temperature, topP, topK, minNewTokens, maxNewTokens, List.of(), stop);
  }

  /**
   * Returns the sampling settings with the model's end tokens and the prompt format's stop text.
   */
  SamplingSettings settings(List<Long> stopIds, Optional<String> formatStop) {
    List<String> stops = new ArrayList<>(stop);
    formatStop.ifPresent(stops::add);
    return new SamplingSettings(
        samples, temperature, topP, topK, minNewTokens, maxNewTokens, stopIds, stops);
  }

  long cacheBytes() {
    return kvCacheMb * 1_000_000L;
  }
}
