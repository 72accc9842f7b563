package io.braid.app.bench;

import io.braid.UserError;
import io.braid.model.ModelConfig;
import io.braid.model.family.Qwen2;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The models of the benchmarks: Qwen2 architectures with tied embeddings and random weights. */
public enum ModelSize {
  /** Similar to the quickstart's model. */
  TINY("tiny"),
  /** A model that no longer fits into a processor's caches. */
  SMALL("small"),
  /** Qwen2.5-0.5B. */
  QWEN_0_5B("0.5b");

  private final String label;

  ModelSize(String label) {
    this.label = label;
  }

  /**
   * Returns the size with the given name.
   *
   * @throws UserError if there is no such size
   */
  public static ModelSize named(String label) {
    return Arrays.stream(values())
        .filter(size -> size.label.equals(label))
        .findFirst()
        .orElseThrow(() ->
            new UserError(
                "--size: must be one of %s, got %s"
                    .formatted(
                        Arrays.stream(values())
                            .map(ModelSize::label)
                            .collect(Collectors.joining(", ")),
                        label)));
  }

  /** Returns the name. */
  public String label() {
    return label;
  }

  /** Returns the shape. */
  public ModelConfig config() {
    return switch (this) {
      case TINY -> shape(3, 96, 4, 2, 24, 256, 110, 4096);
      case SMALL -> shape(8, 512, 8, 4, 64, 1408, 4096, 4096);
      case QWEN_0_5B -> shape(24, 896, 14, 2, 64, 4864, 151_936, 32_768);
    };
  }

  /**
   * Returns the number of sequences per training step: as many as fit into 24 GB with their
   * activations if they are padded.
   */
  public int sequences() {
    return switch (this) {
      case TINY -> 128;
      case SMALL -> 32;
      case QWEN_0_5B -> 12;
    };
  }

  private static ModelConfig shape(
      int layers,
      int hidden,
      int heads,
      int kvHeads,
      int headDim,
      int inner,
      int vocabulary,
      int positions) {
    return new ModelConfig(
        new Qwen2(),
        vocabulary,
        hidden,
        inner,
        layers,
        heads,
        kvHeads,
        headDim,
        1e-6,
        new ModelConfig.Rope(1e6, Optional.empty()),
        true, // tied embeddings
        true, // attention bias, as every Qwen2
        false,
        false,
        positions,
        0.02);
  }
}
