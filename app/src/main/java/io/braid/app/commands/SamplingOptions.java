package io.braid.app.commands;

import io.braid.checkpoint.GenerationConfig;
import io.braid.rollout.SamplingSettings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say how a model's responses are sampled; the model's own values are the default. */
final class SamplingOptions {
  @Option(names = "--temperature", description = "0 is greedy (default: the model's own, else 1).")
  private Optional<Double> temperature = Optional.empty();

  @Option(names = "--top-p", description = "Default: the model's own, else 1.")
  private Optional<Double> topP = Optional.empty();

  @Option(names = "--top-k", description = "Default: the model's own, else all.")
  private Optional<Integer> topK = Optional.empty();

  /**
   * Returns the settings.
   *
   * @param own the model's own values
   * @param samples number of responses to each prompt
   * @param most maximum length of a response, in tokens
   * @param stops strings that end a response
   */
  SamplingSettings settings(
      GenerationConfig own, int samples, int most, List<Long> stopIds, List<String> stops) {
    return new SamplingSettings(
        samples,
        temperature.orElse(own.temperature().orElse(1)),
        topP.orElse(own.topP().orElse(1)),
        topK.orElse(own.topK().orElse(0)),
        0,
        most,
        stopIds,
        stops);
  }
}
