package io.braid.model.family;

import io.braid.UserError;
import io.braid.model.Architecture;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * SmolLM3 (Bakouch et al. 2025): Llama's layer, without rotary positions in every fourth layer
 * (Yang et al. 2025, "Rope to Nope and Back Again").
 */
public record SmolLm3() implements Family {
  private static final String ROTATED = "no_rope_layers";
  private static final String INTERVAL = "no_rope_layer_interval";

  @Override
  public String type() {
    return "smollm3";
  }

  @Override
  public String title() {
    return "SmolLM3";
  }

  @Override
  public String className() {
    return "SmolLM3";
  }

  @Override
  public Usual usual() {
    return new Usual(
        /* kvHeads= */ OptionalInt.of(4),
        /* kvHeadsMayBeNull= */ true,
        /* headDim= */ OptionalInt.empty(),
        /* headDimMayBeNull= */ false,
        /* tied= */ true,
        /* theta= */ 2_000_000);
  }

  @Override
  public List<ConfigKey> keys() {
    return List.of(
        Biases.ATTENTION,
        Biases.MLP,
        ConfigKey.used(
            ROTATED,
            "from `no_rope_layer_interval`",
            "1 for each layer with rotary positions, 0 for each without"),
        ConfigKey.used(INTERVAL, "4", "every Nth layer has no rotary positions"),
        ConfigKey.used(
            "use_sliding_window",
            "false",
            "whether the layers without rotary positions have a window"),
        ConfigKey.used(
            "sliding_window", "none", "number of tokens in the window, including the token itself"),
        SlidingWindows.LAYER_TYPES);
  }

  @Override
  public ModelConfig read(ConfigValues values, ModelConfig shared) {
    List<Boolean> rotated = rotated(values, shared.layers());
    List<LayerAttention> each =
        rotated.stream()
            .map(rotates ->
                new LayerAttention(
                    rotates ? Optional.of(shared.rope()) : Optional.empty(), OptionalInt.empty()))
            .toList();
    OptionalInt window =
        values.isSet("sliding_window") ? SlidingWindows.window(values, 0) : OptionalInt.empty();
    boolean some = values.flag("use_sliding_window", false) && window.isPresent();
    List<Boolean> sliding =
        SlidingWindows.layers(values, shared.layers(), number -> some && !rotated.get(number));
    if (sliding.contains(true) && !some) {
      throw new UserError(
          "layer_types has sliding_attention, but use_sliding_window is false or sliding_window is"
              + " not given");
    }
    ModelConfig biased =
        shared.withBiases(
            values.flag(Biases.ATTENTION.name(), false),
            values.flag(Biases.ATTENTION.name(), false),
            values.flag(Biases.MLP.name(), false));
    return SlidingWindows.with(
        biased.withAttention(each, shared.attentionScale()), sliding, window);
  }

  private static List<Boolean> rotated(ConfigValues values, int layers) {
    Optional<List<Integer>> given = values.wholes(ROTATED);
    if (given.isPresent() && given.get().size() < layers) {
      throw new UserError(
          "%s must have a number for each of num_hidden_layers (%s), got %s"
              .formatted(ROTATED, layers, given.get().size()));
    }
    if (given.isPresent()) {
      return given.get().subList(0, layers).stream().map(number -> number != 0).toList();
    }
    int interval = values.whole(INTERVAL, 4);
    if (interval < 1) {
      throw new UserError("%s must be above 0, got %s".formatted(INTERVAL, interval));
    }
    return IntStream.range(0, layers).mapToObj(number -> (number + 1) % interval != 0).toList();
  }

  @Override
  public Map<String, Object> written(ModelConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(Biases.ATTENTION.name(), config.attentionBias());
    keys.put(Biases.MLP.name(), config.mlpBias());
    keys.put(
        ROTATED, config.attention().stream().map(each -> each.rope().isPresent() ? 1 : 0).toList());
    keys.putAll(SlidingWindows.written(config));
    return keys;
  }

  @Override
  public Architecture architecture(ModelConfig config) {
    return new Architecture(
        /* embeddingScale= */ 1,
        Layers.each(config, number -> Layers.llama(config, number)),
        Layers.norm("norm"));
  }
}
