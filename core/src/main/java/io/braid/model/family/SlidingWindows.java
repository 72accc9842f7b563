package io.braid.model.family;

import io.braid.UserError;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The keys of {@code config.json} that define sliding windows. */
final class SlidingWindows {
  static final String FULL = "full_attention";
  static final String SLIDING = "sliding_attention";

  static final ConfigKey LAYER_TYPES =
      ConfigKey.used(
          "layer_types",
          "from the other window keys",
          "`full_attention` or `sliding_attention` for each layer; other values are refused");

  static final ConfigKey USED =
      ConfigKey.used("use_sliding_window", "false", "whether some layers have a window");

  static final ConfigKey WINDOW =
      ConfigKey.used(
          "sliding_window",
          "4096",
          "number of tokens in the window, including the token itself; null: all");

  /** The window keys of Qwen2 and Qwen3. */
  static final List<ConfigKey> QWEN =
      List.of(
          USED,
          WINDOW,
          ConfigKey.used(
              "max_window_layers", "28", "first layer with a window, if `layer_types` is missing"),
          LAYER_TYPES);

  private SlidingWindows() {}

  /**
   * Returns for each layer whether {@code layer_types} gives it a window.
   *
   * @param otherwise whether a layer has a window if the key is missing
   */
  static List<Boolean> layers(ConfigValues values, int layers, IntPredicate otherwise) {
    Optional<List<String>> types = values.names("layer_types");
    if (types.isEmpty()) {
      return IntStream.range(0, layers).mapToObj(otherwise::test).toList();
    }
    if (types.get().size() != layers) {
      throw new UserError(
          "layer_types must be a list of num_hidden_layers (%s) names, got %s"
              .formatted(layers, types.get().size()));
    }
    List<Boolean> sliding = new ArrayList<>();
    for (String type : types.get()) {
      sliding.add(
          switch (type) {
            case FULL, "attention" -> false;
            case SLIDING -> true;
            default ->
                throw new UserError(
                    "layer_types[%s] is \"%s\"; only full_attention and sliding_attention are supported"
                        .formatted(sliding.size(), type));
          });
    }
    return sliding;
  }

  /** Checks that the window is present and positive; returns it. */
  static int positive(OptionalInt window) {
    if (window.isEmpty() || window.getAsInt() < 1) {
      throw new UserError(
          "sliding_window must be above 0; it is "
              + (window.isEmpty() ? "null" : window.getAsInt()));
    }
    return window.getAsInt();
  }

  /** Reads the window; empty if it is null. */
  static OptionalInt window(ConfigValues values, int otherwise) {
    return values.isNull("sliding_window")
        ? OptionalInt.empty()
        : OptionalInt.of(values.whole("sliding_window", otherwise));
  }

  /** Returns the config with a window in some layers. */
  static ModelConfig with(ModelConfig config, List<Boolean> sliding, OptionalInt window) {
    if (!sliding.contains(true)) {
      return config;
    }
    OptionalInt checked = OptionalInt.of(positive(window));
    List<LayerAttention> each =
        IntStream.range(0, config.layers())
            .mapToObj(number ->
                new LayerAttention(
                    config.attention().get(number).rope(),
                    sliding.get(number) ? checked : OptionalInt.empty()))
            .toList();
    return config.withAttention(each, config.attentionScale());
  }

  /** Reads the window keys of Qwen2 and Qwen3. */
  static ModelConfig readQwen(ConfigValues values, ModelConfig config) {
    return readQwen(values, config, /* firstSliding= */ 28);
  }

  /**
   * Reads the window keys of Qwen's families.
   *
   * @param firstSliding default of {@code max_window_layers}
   */
  static ModelConfig readQwen(ConfigValues values, ModelConfig config, int firstSliding) {
    boolean on = values.flag("use_sliding_window", false);
    int first = values.whole("max_window_layers", firstSliding);
    OptionalInt window = window(values, 4096);
    boolean some = on && window.isPresent();
    List<Boolean> sliding = layers(values, config.layers(), number -> some && number >= first);
    if (sliding.contains(true) && !some) {
      throw new UserError(
          "layer_types has sliding_attention, but use_sliding_window is false or sliding_window is"
              + " null");
    }
    return with(config, sliding, window);
  }

  /** Checks {@code layer_types} in a family whose layers all have full attention. */
  static void refuse(ConfigValues values, int layers, String type) {
    if (layers(values, layers, _ -> false).contains(true)) {
      throw new UserError(
          "layer_types has sliding_attention, but " + type + " has no sliding window");
    }
  }

  /** Returns the window keys of Qwen2 and Qwen3 for a config. */
  static Map<String, Object> written(ModelConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>();
    OptionalInt window =
        config.attention().stream().flatMapToInt(each -> each.window().stream()).findFirst();
    keys.put("use_sliding_window", window.isPresent());
    if (window.isPresent()) {
      keys.put("sliding_window", window.getAsInt());
      keys.put("layer_types", types(config));
    }
    return keys;
  }

  /** Returns the value of {@code layer_types} for a config. */
  static List<String> types(ModelConfig config) {
    return config.attention().stream()
        .map(each -> each.window().isPresent() ? SLIDING : FULL)
        .toList();
  }
}
