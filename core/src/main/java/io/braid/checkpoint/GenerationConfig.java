package io.braid.checkpoint;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a published model wants to be sampled ({@code generation_config.json}).
 *
 * @param endIds the tokens that end a response
 * @param temperature what the logits are divided by
 * @param topP the share of probability that is kept
 * @param topK how many tokens are kept
 */
public record GenerationConfig(
    List<Long> endIds, OptionalDouble temperature, OptionalDouble topP, OptionalInt topK) {
  /** Checks nothing: the sampler checks what it is asked to do. */
  public GenerationConfig {
    endIds = List.copyOf(endIds);
  }
}
