package io.braid.model.family;

import io.braid.UserError;
import io.braid.model.Architecture;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Mistral 7B and later (Jiang et al. 2023): Llama's layer, with a sliding window in all layers or
 * in none.
 */
public record Mistral() implements Family {
  private static final String WINDOW = "sliding_window";

  @Override
  public String type() {
    return "mistral";
  }

  @Override
  public String title() {
    return "Mistral";
  }

  @Override
  public String className() {
    return "Mistral";
  }

  @Override
  public Usual usual() {
    return new Usual(
        /* kvHeads= */ OptionalInt.of(8),
        /* kvHeadsMayBeNull= */ true,
        /* headDim= */ OptionalInt.empty(),
        /* headDimMayBeNull= */ true,
        /* tied= */ false,
        /* theta= */ 10_000);
  }

  @Override
  public List<ConfigKey> keys() {
    return List.of(
        ConfigKey.used(
            WINDOW,
            "4096",
            "number of tokens that each token attends to, including itself; null: all"),
        ConfigKey.used(
            "layer_types",
            "from `sliding_window`",
            "must agree with `sliding_window` for all layers"));
  }

  @Override
  public ModelConfig read(ConfigValues values, ModelConfig shared) {
    OptionalInt window = SlidingWindows.window(values, 4096);
    boolean slides = window.isPresent();
    List<Boolean> sliding = SlidingWindows.layers(values, shared.layers(), _ -> slides);
    if (sliding.contains(!slides)) {
      throw new UserError(
          "layer_types has %s, but sliding_window is %s, which applies to all layers of mistral"
              .formatted(
                  slides ? SlidingWindows.FULL : SlidingWindows.SLIDING,
                  slides ? window.getAsInt() : "null"));
    }
    return SlidingWindows.with(shared, sliding, window);
  }

  @Override
  public Map<String, Object> written(ModelConfig config) {
    OptionalInt window = config.attention().getFirst().window();
    Map<String, Object> keys = new HashMap<>(); // null is a value here: all tokens
    keys.put(WINDOW, window.isPresent() ? window.getAsInt() : null);
    return Collections.unmodifiableMap(keys);
  }

  @Override
  public Architecture architecture(ModelConfig config) {
    return new Architecture(
        /* embeddingScale= */ 1,
        Layers.each(config, number -> Layers.llama(config, number)),
        Layers.norm("norm"));
  }
}
