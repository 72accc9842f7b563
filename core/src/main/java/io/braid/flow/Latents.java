package io.braid.flow;

import io.braid.objective.signal.TokenSignal;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The latents of a packed batch that a field asks for, taken while the model computes it. Only the
 * response tokens' rows and those of their conditions are kept, as constants.
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
    int at = layers.indexOf(layer - 1); // the tap counts the embedding as 0
    if (at >= 0) {
      kept[at] = hidden.detach().indexSelect(0, rows.kept()).to(DType.FLOAT32); // [m, width]
    }
  }

  /** The same latents at other tokens' places, under the conditions that stood there before. */
  Latents shuffled(long seed) {
    Latents other = new Latents(layers, rows.shuffled(seed));
    System.arraycopy(kept, 0, other.kept, 0, kept.length);
    return other;
  }

  @Override
  public int depth() {
    return layers.stream().mapToInt(layer -> layer + 1).max().orElse(0);
  }

  /** Response tokens. */
  public int tokens() {
    return rows.tokens();
  }

  /**
   * Whether some context can judge a response token.
   *
   * @param token its number in the batch
   */
  public boolean scored(int token) {
    return rows.scored()[token] > 0;
  }

  LatentRows rows() {
    return rows;
  }

  /**
   * The kept rows after one of the layers.
   *
   * @param at its place in the list of layers
   * @return [m, width]
   */
  Tensor at(int at) {
    if (kept[at] == null) {
      throw new IllegalStateException(
          "layer %d has not been computed; seen: %s"
              .formatted(layers.get(at), Arrays.asList(kept)));
    }
    return kept[at];
  }
}
