package io.braid.model.family;

import io.braid.model.Architecture;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Qwen2 and Qwen2.5 (Yang et al. 2024): Llama's layer with biases on q, k and v. */
public record Qwen2() implements Family {
  @Override
  public String type() {
    return "qwen2";
  }

  @Override
  public String title() {
    return "Qwen2";
  }

  @Override
  public String className() {
    return "Qwen2";
  }

  @Override
  public Usual usual() {
    return new Usual(
        /* kvHeads= */ OptionalInt.of(32),
        /* kvHeadsMayBeNull= */ true,
        /* headDim= */ OptionalInt.empty(),
        /* headDimMayBeNull= */ false,
        /* tied= */ false,
        /* theta= */ 10_000);
  }

  @Override
  public List<ConfigKey> keys() {
    return SlidingWindows.QWEN;
  }

  @Override
  public ModelConfig read(ConfigValues values, ModelConfig shared) {
    return SlidingWindows.readQwen(
        values, shared.withBiases(/* queryKeyValue= */ true, false, false));
  }

  @Override
  public Map<String, Object> written(ModelConfig config) {
    return SlidingWindows.written(config);
  }

  @Override
  public Architecture architecture(ModelConfig config) {
    return new Architecture(
        /* embeddingScale= */ 1,
        Layers.each(config, number -> Layers.llama(config, number)),
        Layers.norm("norm"));
  }
}
