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
 * How a recipe says to sample.
 *
 * @param samples responses a prompt
 * @param temperature what the logits are divided by
 * @param topP the share of probability that is kept
 * @param topK how many tokens are kept
 * @param minNewTokens before this many no stop token is drawn
 * @param maxNewTokens a response ends after this many
 * @param stop texts that end a response
 * @param cacheMb memory for keys and values
 * @param weights what is sampled with
 * @param variant what becomes of a response that reached the limit
 */
public record RolloutRecipe(
    @Doc("Responses to each prompt.") @Default("8") int samples,
    @Default("1.0") double temperature,
    @Doc("1 keeps every token.") @Default("1.0") double topP,
    @Doc("0 keeps every token.") @Default("0") int topK,
    @Default("0") int minNewTokens,
    @Default("1024") int maxNewTokens,
    @Doc("Texts that end a response, beside the model's end tokens.") @Default("[]")
        List<String> stop,
    @Doc("Memory for keys and values, in megabytes; prompts beyond it wait.") @Default("2048")
        int cacheMb,
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
  /** What becomes of a response that reached the limit. */
  public enum Variant {
    /** It is cut off, and a verifier is told so. */
    PAPER,
    /**
     * The end token is written over its last token and learned like any other, and a verifier takes
     * it for a response that ended by itself: {@code process_sequences} of the released {@code
     * actor_flow.py}.
     */
    RELEASED
  }

  /** Checks what the sampler would refuse. */
  public RolloutRecipe {
    stop = List.copyOf(stop);
    Check.atLeast("cache_mb", cacheMb, 1);
    new SamplingSettings(
        samples, temperature, topP, topK, minNewTokens, maxNewTokens, List.of(), stop);
  }

  /** With the model's own end tokens and the prompt format's own end. */
  SamplingSettings settings(List<Long> stopIds, Optional<String> formatStop) {
    List<String> stops = new ArrayList<>(stop);
    formatStop.ifPresent(stops::add);
    return new SamplingSettings(
        samples, temperature, topP, topK, minNewTokens, maxNewTokens, stopIds, stops);
  }

  long cacheBytes() {
    return cacheMb * 1_000_000L;
  }
}
