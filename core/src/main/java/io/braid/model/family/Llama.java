package io.braid.model.family;

import io.braid.model.Architecture;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Llama 2, 3 and later (Touvron et al. 2023, Grattafiori et al. 2024). */
public record Llama() implements Family {
  @Override
  public String type() {
    return "llama";
  }

  @Override
  public String title() {
    return "Llama";
  }

  @Override
  public String className() {
    return "Llama";
  }

  @Override
  public Usual usual() {
    return new Usual(
        /* kvHeads= */ OptionalInt.empty(),
        /* kvHeadsMayBeNull= */ true,
        /* headDim= */ OptionalInt.empty(),
        /* headDimMayBeNull= */ true,
        /* tied= */ false,
        /* theta= */ 10_000);
  }

  @Override
  public boolean headsDivideWidth() {
    return true;
  }

  @Override
  public List<ConfigKey> keys() {
    return List.of(Biases.ATTENTION, Biases.OUTPUT, Biases.MLP, SlidingWindows.LAYER_TYPES);
  }

  @Override
  public ModelConfig read(ConfigValues values, ModelConfig shared) {
    if (values.isSet("sliding_window")) { // another family's: checked, and not used
      SlidingWindows.positive(SlidingWindows.window(values, 1));
    }
    SlidingWindows.refuse(values, shared.layers(), type());
    return Biases.read(values, shared, /* mlp= */ true);
  }

  @Override
  public Map<String, Object> written(ModelConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>();
    Biases.write(config, keys);
    keys.put(Biases.MLP.name(), config.mlpBias());
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
