package io.braid.flow;

import io.braid.objective.signal.TokenSignal;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The latents of a packed batch that a field needs, captured during the model's forward pass. Only
 * the rows of response tokens and their conditions are kept, detached from the graph.
 */
public final class Latents implements TokenSignal.Watch {
  private final List<Integer> layers;
  private final LatentRows rows;
  private final Tensor[] kept; // [m, width] each

  Latents(List<Integer> layers, LatentRows rows) {
    this.layers = layers;
    this.rows = rows;
    this.kept = new Tensor[layers.size()];
  }

  @Override
  public void see(int layer, Tensor hidden) {
    int at = layers.indexOf(layer - 1); // the tap numbers the embedding 0
    if (at >= 0) {
      kept[at] = hidden.detach().indexSelect(0, rows.kept()).to(DType.FLOAT32); // [m, width]
    }
  }

  /** Returns the latents with targets permuted among tokens, while the conditions stay in place. */
  Latents shuffled(long seed) {
    Latents other = new Latents(layers, rows.shuffled(seed));
    System.arraycopy(kept, 0, other.kept, 0, kept.length);
    return other;
  }

  @Override
  public int depth() {
    return layers.stream().mapToInt(layer -> layer + 1).max().orElse(0);
  }

  /** Returns the number of response tokens. */
  public int tokens() {
    return rows.tokens();
  }

  /**
   * Returns whether at least one context can score a response token.
   *
   * @param token index of the response token in the batch
   */
  public boolean scored(int token) {
    return rows.scored()[token] > 0;
  }

  LatentRows rows() {
    return rows;
  }

  /**
   * Returns the kept rows of one layer's output.
   *
   * @param at index in the list of layers
   * @return [m, width]
   */
  Tensor at(int at) {
    if (kept[at] == null) {
      throw new IllegalStateException(
          "layer %d has not been computed; captured: %s"
              .formatted(layers.get(at), Arrays.asList(kept)));
    }
    return kept[at];
  }
}
