package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.model.ModelConfig.Family;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * Layers that look back a part of the way only, as {@code use_sliding_window}, {@code
 * sliding_window}, {@code max_window_layers} and {@code layer_types} say. Sequences that are no
 * longer than the window are computed the same with full attention, which is the only one here.
 *
 * @param first the first such layer, if there is one
 * @param window how many tokens it sees, its own among them
 */
record SlidingLayers(OptionalInt first, int window) {
  private static final SlidingLayers NONE = new SlidingLayers(OptionalInt.empty(), 0);

  /**
   * Reads the four.
   *
   * @throws UserError when they contradict each other or ask for another kind of layer
   */
  static SlidingLayers read(JsonNode config, Family family, int layers) {
    if (layers < 1) {
      return NONE; // which is refused elsewhere
    }
    boolean some = false;
    int window = 0;
    int from = layers;
    if (family == Family.LLAMA && config.hasNonNull("sliding_window")) {
      refuseBelowOne(whole(config, "sliding_window", 1)); // else it is another's, and ignored
    }
    if (family != Family.LLAMA) {
      some = flag(config, "use_sliding_window");
      from = whole(config, "max_window_layers", 28);
      boolean unbounded = config.path("sliding_window").isNull();
      window = unbounded ? 0 : whole(config, "sliding_window", 4096);
      some &= !unbounded;
    }
    OptionalInt first = first(config, layers, some ? from : layers);
    if (first.isEmpty()) {
      return NONE;
    }
    if (!some) {
      throw new UserError(
          "layer_types has sliding_attention, but %s"
              .formatted(
                  family == Family.LLAMA
                      ? "llama has no sliding window"
                      : "use_sliding_window is false or sliding_window is null"));
    }
    refuseBelowOne(window);
    return new SlidingLayers(first, window);
  }

  private static void refuseBelowOne(int window) {
    if (window < 1) {
      throw new UserError("sliding_window must be above 0; it is " + window);
    }
  }

  private static OptionalInt first(JsonNode config, int layers, int from) {
    JsonNode types = config.path("layer_types");
    if (types.isMissingNode() || types.isNull()) {
      return from < layers ? OptionalInt.of(Math.max(0, from)) : OptionalInt.empty();
    }
    if (!types.isArray() || types.size() != layers) {
      throw new UserError(
          "layer_types must be a list of num_hidden_layers (%s) names; it has %s"
              .formatted(layers, types.isArray() ? types.size() : "another form"));
    }
    OptionalInt first = OptionalInt.empty();
    for (int l = layers - 1; l >= 0; l--) {
      switch (types.get(l).asString("")) {
        case "full_attention", "attention" -> {}
        case "sliding_attention" -> first = OptionalInt.of(l);
        default ->
            throw new UserError(
                "layer_types[%s] is %s; full_attention and sliding_attention are known"
                    .formatted(l, types.get(l)));
      }
    }
    return first;
  }

  /**
   * How long sequences may be.
   *
   * @param context how long they might be without
   */
  int context(int context, List<String> notes) {
    if (first.isEmpty() || window >= context) {
      return context;
    }
    notes.add(
        "from layer %s on some layers see %s tokens (sliding_window); attention is full here, so sequences are held to %s tokens, where both are the same"
            .formatted(first.getAsInt(), window, window));
    return window;
  }

  private static boolean flag(JsonNode config, String key) {
    JsonNode node = config.path(key);
    if (!node.isBoolean() && !node.isMissingNode()) {
      throw new UserError("%s must be true or false; it is %s".formatted(key, node));
    }
    return node.asBoolean(false);
  }

  private static int whole(JsonNode config, String key, int otherwise) {
    JsonNode node = config.path(key);
    if (node.isMissingNode()) {
      return otherwise;
    }
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw new UserError("%s must be a whole number; it is %s".formatted(key, node));
    }
    return node.asInt();
  }
}
