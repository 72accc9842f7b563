package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.model.RolloutWeights;
import io.braid.rollout.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a recipe samples responses.
 *
 * @param samples responses per prompt
 * @param temperature the sampling temperature
 * @param topP the probability mass to keep
 * @param topK how many of the most likely tokens to keep; 0 keeps all
 * @param minNewTokens the shortest response, in tokens
 * @param maxNewTokens the longest response, in tokens
 * @param stop texts that end a response
 * @param kvCacheMb the memory for keys and values, in megabytes
 * @param weights the weights to sample with
 * @param variant what to do with a response that reached the limit
 */
public record RolloutRecipe(
    @Doc("Responses per prompt.") @Default("8") int samples,
    @Default("1.0") double temperature,
    @Doc("Nucleus sampling: the probability mass to keep; 1 keeps every token.") @Default("1.0")
        double topP,
    @Doc("How many of the most likely tokens to keep; 0 keeps every token.") @Default("0") int topK,
    @Default("0") int minNewTokens,
    @Default("1024") int maxNewTokens,
    @Doc("Texts that end a response, in addition to the model's end tokens.") @Default("[]")
        List<String> stop,
    @Doc("Memory for keys and values, in megabytes; prompts beyond it wait.") @Default("2048")
        int kvCacheMb,
    @Doc(
            "What is sampled with: as-trained, bfloat16, or int8 (signed bytes, a scale for each"
                + " output). Other weights than those that train ask for a correction.")
        @Default("as-trained")
        RolloutWeights weights,
    @Doc(
            "paper, or as RLFR's published code: the end token is written over the last token of a"
                + " response that reached max_new_tokens, which then counts as ended.")
        @Default("paper")
        Variant variant) {
  /** What to do with a response that reached the limit. */
  public enum Variant {
    /** Truncate it, and tell the verifier so. */
    PAPER,
    /**
     * The end token is written over its last token and learned like any other, and a verifier takes
     * it for a response that ended by itself: {@code process_sequences} of the released {@code
     * actor_flow.py}.
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

  /** The settings with the end tokens of the model and the stop text of the prompt format. */
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
