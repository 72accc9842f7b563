package io.braid.model;

import io.braid.kernel.Activation;
import io.braid.model.ModelConfig.Rope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One sub-layer of a decoder layer, as data: {@code x + after(out(mixer(in(before(x)))))}.
 *
 * <p>A {@link Family} lists the sub-layers of each of its layers. Three executors implement the
 * same description: {@link PlainLayer} with libtorch's operators under autograd (the reference),
 * {@link FusedLayer} with Braid's own loops and a hand-written backward pass, and {@link
 * DecodingStep} one token at a time without tensors. None of them knows a family's name.
 *
 * @param before norm of the input
 * @param in projection to the mixer's input
 * @param mixer attention or a gated unit
 * @param out projection back to the width of the residual stream
 * @param after norm of the output, before it is added to the residual stream
 */
public record Sublayer(
    Optional<Norm> before, Projection in, Mixer mixer, Projection out, Optional<Norm> after) {

  /** The operation between the two projections. */
  public sealed interface Mixer permits Attention, GatedUnit {}

  /**
   * Root-mean-square normalisation: x / √(mean(x²) + ε) · (offset + w).
   *
   * @param name published name of its weight within the layer, without {@code .weight}
   * @param offset added to the weight: 0, or 1 if the stored weight is the difference from 1
   */
  public record Norm(String name, double offset) {}

  /**
   * x·Wᵀ + b. Published matrices with the same input are combined into one parameter, because one
   * large product is faster than several small ones.
   *
   * @param module prefix of the published names, such as {@code self_attn}
   * @param parts the published matrices, in row order
   * @param inputs input width
   * @param bias whether there is a bias b
   */
  public record Projection(String module, List<Part> parts, long inputs, boolean bias) {
    /**
     * A published matrix.
     *
     * @param name name within the module, such as {@code q_proj}
     * @param outputs number of rows
     */
    public record Part(String name, long outputs) {}

    /** Returns the number of rows of all parts. */
    public long outputs() {
      return parts.stream().mapToLong(Part::outputs).sum();
    }
  }

  /**
   * Causal attention: softmax(scale · q·kᵀ)·v over the tokens of the window. Its input is the heads
   * of queries, keys and values, concatenated.
   *
   * @param headNorms norms of each query and key head, before the rotation
   * @param rope rotary embedding of queries and keys; empty for none
   * @param window number of tokens that a token attends to, including itself; empty for all
   * @param scale factor of the attention scores
   */
  public record Attention(
      Optional<HeadNorms> headNorms, Optional<Rope> rope, OptionalInt window, double scale)
      implements Mixer {
    /**
     * Returns attention to all tokens, without norms or rotation; scores are divided by √headDim.
     */
    public static Attention full(int headDim) {
      return new Attention(
          Optional.empty(), Optional.empty(), OptionalInt.empty(), 1 / Math.sqrt(headDim));
    }

    /** Returns the maximum number of tokens that a token attends to. */
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
   * activation(gate)·up (Shazeer 2020). Its input is all gates, then all ups.
   *
   * @param activation activation of the gates
   */
  public record GatedUnit(Activation activation) implements Mixer {}
}
