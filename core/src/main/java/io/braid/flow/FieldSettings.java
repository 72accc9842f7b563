package io.braid.flow;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Settings of a flow field: its size and the latents that it uses. The settings have the same names
 * as in the published {@code flow_config.json}.
 *
 * @param numLayersFlow number of residual blocks
 * @param hookLayersPercentile decoder layers whose outputs are the latents, as fractions of the
 *     depth
 * @param flowContextMode side of a token on which its condition is; several modes are averaged
 * @param flowShift distance from a token to its condition, in tokens, one number per mode
 */
public record FieldSettings(
    @Doc("Number of residual blocks: 4 for models up to 3B, 6 for 7B.") @Default("4")
        int numLayersFlow,
    @Doc("Decoder layers whose outputs are the latents, as fractions of the depth.")
        @Default("[0.25, 0.5, 0.75]")
        List<Double> hookLayersPercentile,
    @Doc(
            "A token's condition: token-post an earlier latent, token-pre a later one, identity its"
                + " own.")
        @Default("[token-post]")
        List<FlowContext.Mode> flowContextMode,
    @Doc("Distance of the condition in tokens, one number per mode.") @Default("[1]")
        List<Integer> flowShift) {
  private static final int MOST_LAYERS = 64;

  /** Checks the settings, and copies the lists. */
  public FieldSettings {
    hookLayersPercentile = List.copyOf(hookLayersPercentile);
    flowContextMode = List.copyOf(flowContextMode);
    flowShift = List.copyOf(flowShift);
    if (numLayersFlow < 1 || numLayersFlow > MOST_LAYERS) {
      throw new SettingError(
          "num_layers_flow",
          "must be between 1 and %d, got %d".formatted(MOST_LAYERS, numLayersFlow));
    }
    if (hookLayersPercentile.isEmpty()
        || !hookLayersPercentile.stream().allMatch(p -> p >= 0 && p <= 1)) {
      throw new SettingError(
          "hook_layers_percentile",
          "must be fractions of the depth between 0 and 1, got " + hookLayersPercentile);
    }
    if (flowContextMode.isEmpty() || flowContextMode.size() != flowShift.size()) {
      throw new SettingError(
          "flow_shift",
          "must have one number per flow_context_mode, got %s for %s"
              .formatted(flowShift, flowContextMode));
    }
    flowShift.forEach(shift -> new FlowContext(FlowContext.Mode.TOKEN_POST, shift));
  }

  /** Returns the published defaults with the given number of residual blocks. */
  public static FieldSettings of(int numLayersFlow) {
    return new FieldSettings(
        numLayersFlow, List.of(0.25, 0.5, 0.75), List.of(FlowContext.Mode.TOKEN_POST), List.of(1));
  }

  /** Returns the modes with their shifts. */
  public List<FlowContext> contexts() {
    List<FlowContext> contexts = new ArrayList<>();
    for (int c = 0; c < flowContextMode.size(); c++) {
      contexts.add(new FlowContext(flowContextMode.get(c), flowShift.get(c)));
    }
    return List.copyOf(contexts);
  }

  /**
   * Returns the decoder layers whose outputs are used, numbered from 0: round(p·L), at most L − 1.
   * Halves round to even, as in Python. A layer given by two fractions is used once.
   *
   * @param depth L, the model's number of decoder layers
   */
  public List<Integer> layers(int depth) {
    LinkedHashSet<Integer> layers = new LinkedHashSet<>();
    for (double share : hookLayersPercentile) {
      layers.add(Math.min((int) Math.rint(share * depth), depth - 1));
    }
    return List.copyOf(layers);
  }
}
