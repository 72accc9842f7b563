package io.braid.model.family;

import io.braid.kernel.Activation;
import io.braid.model.Architecture;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Dense Qwen3 models (Yang et al. 2025): Llama's layer with a norm of each query and key head. */
public record Qwen3() implements Family {
  @Override
  public String type() {
    return "qwen3";
  }

  @Override
  public String title() {
    return "Qwen3";
  }

  @Override
  public String className() {
    return "Qwen3";
  }

  @Override
  public Usual usual() {
    return new Usual(
        /* kvHeads= */ OptionalInt.of(32),
        /* kvHeadsMayBeNull= */ true,
        /* headDim= */ OptionalInt.of(128),
        /* headDimMayBeNull= */ false,
        /* tied= */ false,
        /* theta= */ 10_000);
  }

  @Override
  public List<ConfigKey> keys() {
    return Stream.concat(Stream.of(Biases.ATTENTION, Biases.OUTPUT), SlidingWindows.QWEN.stream())
        .toList();
  }

  @Override
  public ModelConfig read(ConfigValues values, ModelConfig shared) {
    return SlidingWindows.readQwen(values, Biases.read(values, shared, /* mlp= */ false));
  }

  @Override
  public Map<String, Object> written(ModelConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>();
    Biases.write(config, keys);
    keys.putAll(SlidingWindows.written(config));
    return keys;
  }

  @Override
  public Architecture architecture(ModelConfig config) {
    return new Architecture(
        /* embeddingScale= */ 1,
        Layers.each(
            config,
            number ->
                List.of(
                    Layers.attention(
                        config,
                        number,
                        Layers.norm("input_layernorm"),
                        Optional.of(Layers.headNorms(/* offset= */ 0)),
                        Optional.empty()),
                    Layers.gatedUnit(
                        config,
                        Layers.norm("post_attention_layernorm"),
                        Activation.SILU,
                        Optional.empty()))),
        Layers.norm("norm"));
  }
}
