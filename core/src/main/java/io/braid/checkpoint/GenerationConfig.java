package io.braid.checkpoint;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The sampling settings published with a model ({@code generation_config.json}).
 *
 * @param endIds the tokens that end a response
 * @param temperature divisor of the logits
 * @param topP probability mass kept by nucleus sampling
 * @param topK number of most likely tokens to keep
 */
public record GenerationConfig(
    List<Long> endIds, OptionalDouble temperature, OptionalDouble topP, OptionalInt topK) {
  /** Copies the list. The values are not checked here; the sampler checks its settings. */
  public GenerationConfig {
    endIds = List.copyOf(endIds);
  }
}
