package io.braid.model.family;

import io.braid.UserError;
import io.braid.kernel.Activation;
import io.braid.model.Architecture;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.RopeScaling;
import io.braid.model.Sublayer;
import io.braid.model.Sublayer.Norm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The text model of Gemma 3 (Gemma Team 2025). It has norms before and after each sub-layer, norms
 * of query and key heads, a GELU-gated unit, a scaled embedding, and layers with sliding windows
 * between layers with full attention; the two kinds have different rotary bases. A norm multiplies
 * by 1 plus its stored weight.
 */
public record Gemma3() implements Family {
  private static final String SCALE = "query_pre_attn_scalar";
  private static final String PATTERN = "sliding_window_pattern";
  private static final String LOCAL_THETA = "rope_local_base_freq";
  private static final double OFFSET = 1; // of all norm weights

  @Override
  public String type() {
    return "gemma3_text";
  }

  @Override
  public String title() {
    return "Gemma 3";
  }

  @Override
  public String className() {
    return "Gemma3";
  }

  @Override
  public Usual usual() {
    return new Usual(
        /* kvHeads= */ OptionalInt.of(4),
        /* kvHeadsMayBeNull= */ false,
        /* headDim= */ OptionalInt.of(256),
        /* headDimMayBeNull= */ false,
        /* tied= */ true,
        /* theta= */ 1_000_000);
  }

  @Override
  public boolean headsDivideWidth() {
    return true;
  }

  @Override
  public String activationKey() {
    return "hidden_activation";
  }

  @Override
  public Activation activation() {
    return Activation.GELU_TANH;
  }

  @Override
  public boolean ropeByLayer() {
    return true;
  }

  @Override
  public List<ConfigKey> keys() {
    return List.of(
        Biases.ATTENTION,
        ConfigKey.used(
            SCALE, "256", "attention scores are divided by the square root of this value"),
        ConfigKey.used(
            "sliding_window", "4096", "number of tokens in the window, including the token itself"),
        ConfigKey.used(
            "layer_types",
            "from `sliding_window_pattern`",
            "`full_attention` or `sliding_attention` for each layer; other values are refused"),
        ConfigKey.used(
            PATTERN, "6", "if `layer_types` is missing, every Nth layer attends to all tokens"),
        ConfigKey.used(LOCAL_THETA, "10000", "rotary base of the layers with a window"),
        ConfigKey.checked("hidden_activation", "must be `gelu_pytorch_tanh`"),
        ConfigKey.checked("_sliding_window_pattern", "not used, as in transformers"),
        ConfigKey.refused(
            "use_bidirectional_attention", ConfigKey.Off.EMPTY, "attention to later tokens"));
  }

  @Override
  public ModelConfig read(ConfigValues values, ModelConfig shared) {
    int pattern = values.whole(PATTERN, 6);
    if (pattern < 1) {
      throw new UserError("%s must be above 0, got %s".formatted(PATTERN, pattern));
    }
    int divisor = values.whole(SCALE, 256);
    if (divisor < 1) {
      throw new UserError("%s must be above 0, got %s".formatted(SCALE, divisor));
    }
    List<Boolean> sliding =
        SlidingWindows.layers(values, shared.layers(), number -> (number + 1) % pattern != 0);
    Rope full =
        values.rope(SlidingWindows.FULL, "rope_theta", /* scaled= */ true, shared.rope().theta());
    Rope local = values.rope(SlidingWindows.SLIDING, LOCAL_THETA, /* scaled= */ false, 10_000);
    List<LayerAttention> each =
        sliding.stream()
            .map(slides ->
                new LayerAttention(Optional.of(slides ? local : full), OptionalInt.empty()))
            .toList();
    boolean bias = values.flag(Biases.ATTENTION.name(), false);
    return SlidingWindows.with(
        shared
            .withRope(full)
            .withBiases(bias, bias, /* mlp= */ false)
            .withAttention(each, 1 / Math.sqrt(divisor)),
        sliding,
        SlidingWindows.window(values, 4096));
  }

  @Override
  public Map<String, Object> written(ModelConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(Biases.ATTENTION.name(), config.attentionBias());
    keys.put(SCALE, Math.round(1 / (config.attentionScale() * config.attentionScale())));
    keys.put("layer_types", SlidingWindows.types(config));
    Map<String, Object> ropes = new LinkedHashMap<>();
    for (LayerAttention each : config.attention()) {
      ropes.put(
          each.window().isPresent() ? SlidingWindows.SLIDING : SlidingWindows.FULL,
          written(each.rope().orElse(config.rope())));
      each.window().ifPresent(window -> keys.put("sliding_window", window));
    }
    keys.put("rope_parameters", ropes);
    return keys;
  }

  private static Map<String, Object> written(Rope rope) {
    if (rope.scaling().isEmpty()) {
      return Map.of("rope_type", "default", "rope_theta", rope.theta());
    }
    if (rope.scaling().get() instanceof RopeScaling.Linear(double factor)) {
      return Map.of("rope_type", "linear", "factor", factor, "rope_theta", rope.theta());
    }
    throw new UserError(
        "rope_parameters: only linear scaling is written for Gemma 3, not %s"
            .formatted(rope.scaling().get()));
  }

  @Override
  public Architecture architecture(ModelConfig config) {
    return new Architecture(
        Math.sqrt(config.hiddenSize()),
        Layers.each(config, number -> layer(config, number)),
        norm("norm"));
  }

  private static List<Sublayer> layer(ModelConfig config, int number) {
    return List.of(
        Layers.attention(
            config,
            number,
            norm("input_layernorm"),
            Optional.of(Layers.headNorms(OFFSET)),
            Optional.of(norm("post_attention_layernorm"))),
        Layers.gatedUnit(
            config,
            norm("pre_feedforward_layernorm"),
            Activation.GELU_TANH,
            Optional.of(norm("post_feedforward_layernorm"))));
  }

  private static Norm norm(String name) {
    return new Norm(name, OFFSET);
  }
}
