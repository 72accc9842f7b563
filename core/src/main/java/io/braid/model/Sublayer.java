package io.braid.model;

import io.braid.kernel.Activation;
import io.braid.model.ModelConfig.Rope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One sub-layer of a decoder layer, as data: {@code x + after(out(mixer(in(before(x)))))}.
 *
 * <p>A {@link Family} lists the sub-layers of each of its layers. Three executors carry the same
 * description out: {@link PlainLayer} by libtorch's operators under autograd (the reference),
 * {@link FusedLayer} by our own loops with a backward pass written by hand, and {@link
 * DecodingStep} one token at a time without tensors. None of them knows a family's name.
 *
 * @param before the norm of what comes in
 * @param in projects into what the mixer takes
 * @param mixer attention or a gated unit
 * @param out projects back to the width of the residual stream
 * @param after the norm of what is added to the residual stream
 */
public record Sublayer(
    Optional<Norm> before, Projection in, Mixer mixer, Projection out, Optional<Norm> after) {

  /** What stands between the two projections. */
  public sealed interface Mixer permits Attention, GatedUnit {}

  /**
   * Root-mean-square normalisation: x / √(mean(x²) + ε) · (offset + w).
   *
   * @param name of its published weight within the layer, without {@code .weight}
   * @param offset added to the weight: 0, or 1 where the weights are stored as what is added to 1
   */
  public record Norm(String name, double offset) {}

  /**
   * x·Wᵀ + b. Several published matrices with the same input are one parameter: one large product
   * is faster than several small ones.
   *
   * @param module what the published names begin with, such as {@code self_attn}
   * @param parts the published matrices, in the order of their rows
   * @param inputs width of what comes in
   * @param bias whether there is a b
   */
  public record Projection(String module, List<Part> parts, long inputs, boolean bias) {
    /**
     * A published matrix.
     *
     * @param name such as {@code q_proj}
     * @param outputs its rows
     */
    public record Part(String name, long outputs) {}

    /** Rows of all parts. */
    public long outputs() {
      return parts.stream().mapToLong(Part::outputs).sum();
    }
  }

  /**
   * Causal attention: softmax(scale · q·kᵀ)·v over the tokens of the window. It takes heads of
   * queries, keys and values side by side.
   *
   * @param headNorms norms of each query and key head, before they are rotated
   * @param rope how queries and keys are rotated; empty where they are not
   * @param window how many tokens are seen, the token itself among them; empty for all
   * @param scale what scores are multiplied by
   */
  public record Attention(
      Optional<HeadNorms> headNorms, Optional<Rope> rope, OptionalInt window, double scale)
      implements Mixer {
    /** Attention to all tokens, without norms or rotation; scores are divided by √headDim. */
    public static Attention full(int headDim) {
      return new Attention(
          Optional.empty(), Optional.empty(), OptionalInt.empty(), 1 / Math.sqrt(headDim));
    }

    /** Tokens that are seen at most. */
    public int span() {
      return window.orElse(Integer.MAX_VALUE);
    }
  }

  /**
   * Norms of query and key heads, each over the width of a head.
   *
   * @param query name of the published weight within the layer
   * @param key name of the published weight within the layer
   * @param offset as in {@link Norm}
   */
  public record HeadNorms(String query, String key, double offset) {}

  /**
   * activation(gate)·up (Shazeer 2020). It takes all gates and then all ups.
   *
   * @param activation of the gates
   */
  public record GatedUnit(Activation activation) implements Mixer {}
}
