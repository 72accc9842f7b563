package io.braid.flow;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What a flow field is made of and where it looks, under the names of the published {@code
 * flow_config.json}.
 *
 * @param numLayersFlow residual blocks
 * @param hookLayersPercentile after which decoder layers latents are taken, as shares of the depth
 * @param flowContextMode on which side of a token its condition stands; several are averaged
 * @param flowShift how many tokens away, one number for each mode
 */
public record FieldSettings(
    @Doc("Residual blocks: 4 for models up to 3B, 6 for 7B.") @Default("4") int numLayersFlow,
    @Doc("After which decoder layers latents are taken, as shares of the depth.")
        @Default("[0.25, 0.5, 0.75]")
        List<Double> hookLayersPercentile,
    @Doc("Which latent is a token's condition: the one behind it, before it, or its own.")
        @Default("[token-post]")
        List<FlowContext.Mode> flowContextMode,
    @Doc("How many tokens away the condition stands, one number for each mode.") @Default("[1]")
        List<Integer> flowShift) {
  private static final int MOST_LAYERS = 64;

  /** Checks the settings, and copies the lists. */
  public FieldSettings {
    hookLayersPercentile = List.copyOf(hookLayersPercentile);
    flowContextMode = List.copyOf(flowContextMode);
    flowShift = List.copyOf(flowShift);
    if (numLayersFlow < 1 || numLayersFlow > MOST_LAYERS) {
      throw new UserError(
          "num_layers_flow: must be between 1 and %d, here %d"
              .formatted(MOST_LAYERS, numLayersFlow));
    }
    if (hookLayersPercentile.isEmpty()
        || !hookLayersPercentile.stream().allMatch(p -> p >= 0 && p <= 1)) {
      throw new UserError(
          "hook_layers_percentile: wants shares of the depth between 0 and 1, here "
              + hookLayersPercentile);
    }
    if (flowContextMode.isEmpty() || flowContextMode.size() != flowShift.size()) {
      throw new UserError(
          "flow_shift: wants one number for each flow_context_mode, here %s for %s"
              .formatted(flowShift, flowContextMode));
    }
    flowShift.forEach(shift -> new FlowContext(FlowContext.Mode.TOKEN_POST, shift));
  }

  /** The published default with so many residual blocks. */
  public static FieldSettings of(int numLayersFlow) {
    return new FieldSettings(
        numLayersFlow, List.of(0.25, 0.5, 0.75), List.of(FlowContext.Mode.TOKEN_POST), List.of(1));
  }

  /** Modes with their shifts. */
  public List<FlowContext> contexts() {
    List<FlowContext> contexts = new ArrayList<>();
    for (int c = 0; c < flowContextMode.size(); c++) {
      contexts.add(new FlowContext(flowContextMode.get(c), flowShift.get(c)));
    }
    return List.copyOf(contexts);
  }

  /**
   * The decoder layers that are looked behind, counted from 0: round(p·L), and the last one instead
   * of one beyond it. Halves are rounded to the even number, as Python does. A layer that two
   * shares name counts once.
   *
   * @param depth L, the model's decoder layers
   */
  public List<Integer> layers(int depth) {
    LinkedHashSet<Integer> layers = new LinkedHashSet<>();
    for (double share : hookLayersPercentile) {
      layers.add(Math.min((int) Math.rint(share * depth), depth - 1));
    }
    return List.copyOf(layers);
  }
}
