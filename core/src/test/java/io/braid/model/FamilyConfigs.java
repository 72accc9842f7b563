package io.braid.model;

import io.braid.model.ModelConfig.LayerAttention;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.family.Gemma3;
import io.braid.model.family.Mistral;
import io.braid.model.family.SmolLm3;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Small configs of each family, with what is particular to it. */
public final class FamilyConfigs {
  private static final OptionalInt WINDOW = OptionalInt.of(5);
  private static final OptionalInt ALL = OptionalInt.empty();

  private FamilyConfigs() {}

  /**
   * Every second layer of SmolLM3 has no rotary positions and a window, every second of Gemma 3 a
   * window and a base of its own, all of Mistral a window. Other families attend to all tokens.
   */
  public static ModelConfig of(
      Family family, int vocabulary, int hidden, int intermediate, int layers) {
    Rope rope = new Rope(1e4, Optional.empty());
    ModelConfig config =
        new ModelConfig(
            family,
            vocabulary,
            hidden,
            intermediate,
            layers,
            /* heads= */ 4,
            /* kvHeads= */ 2,
            /* headDim= */ 32,
            1e-6,
            rope,
            /* tiedEmbeddings= */ true,
            /* attentionBias= */ false,
            /* outputBias= */ false,
            /* mlpBias= */ false,
            /* maxPositions= */ 64,
            /* initializerRange= */ 0.1);
    return switch (family) {
      case Mistral _ ->
          config.withAttention(
              Collections.nCopies(layers, new LayerAttention(Optional.of(rope), WINDOW)),
              config.attentionScale());
      case SmolLm3 _ ->
          config.withAttention(
              alternating(
                  layers,
                  new LayerAttention(Optional.of(rope), ALL),
                  new LayerAttention(Optional.empty(), WINDOW)),
              config.attentionScale());
      case Gemma3 _ ->
          config.withAttention(
              alternating(
                  layers,
                  new LayerAttention(Optional.of(rope), WINDOW),
                  new LayerAttention(
                      Optional.of(new Rope(1e6, Optional.of(new RopeScaling.Linear(8)))), ALL)),
              1 / Math.sqrt(24));
      default -> config;
    };
  }

  private static List<LayerAttention> alternating(
      int layers, LayerAttention even, LayerAttention odd) {
    return IntStream.range(0, layers).mapToObj(l -> l % 2 == 0 ? even : odd).toList();
  }
}
