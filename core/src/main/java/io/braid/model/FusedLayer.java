package io.braid.model;

import io.braid.kernel.Activation;
import io.braid.kernel.GatedLoop;
import io.braid.kernel.HeadNormLoop;
import io.braid.kernel.NormLoop;
import io.braid.kernel.RotaryLoop;
import io.braid.model.TransformerWeights.Block;
import io.braid.nn.AdaptedLinear;
import io.braid.nn.Int8Linear;
import io.braid.nn.Linear;
import io.braid.nn.Projection;
import io.braid.nn.RmsNorm;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A decoder layer on the host, with weights in FLOAT32 or BFLOAT16 and everything else in FLOAT32.
 * Between two matrix products there is a single loop, forward and backward, while libtorch's
 * operators pass over the data many times. The reference is {@link PlainLayer} under autograd.
 *
 * @param blocks the sub-layers
 * @param number index of the layer, from 0
 */
record FusedLayer(List<Block> blocks, ModelConfig config, int number) {
  /**
   * The output of a sub-layer, and the values that its backward pass needs.
   *
   * @param x the input, [n, hidden]
   * @param before [n, hidden] output of the norm before it, if there is one
   * @param mixed output of the mixer, with the values that its backward pass needs
   * @param projected [n, hidden] output of the output projection, if a norm follows it
   * @param after [n, hidden] output of the norm after it, if there is one
   * @param out [n, hidden] output of the sub-layer
   */
  record Computed(
      Tensor x,
      Optional<NormLoop.Normed> before,
      Mixed mixed,
      Tensor projected,
      Optional<NormLoop.Normed> after,
      Tensor out) {
    /** Returns the input of the input projection. */
    private Tensor normed() {
      return before.map(NormLoop.Normed::y).orElse(x);
    }
  }

  /** A mixer's output, and the values that its backward pass needs. */
  private sealed interface Mixed {
    /** Returns the input of the output projection: [n, heads·d] or [n, units]. */
    Tensor out();
  }

  private record Attended(Heads heads, PackedPages.Seen seen) implements Mixed {
    @Override
    public Tensor out() {
      return seen.out();
    }
  }

  private record Gated(Tensor gateUp, Tensor out) implements Mixed {}

  /**
   * Queries, keys and values.
   *
   * @param qkv [n, heads + 2·kvHeads, d]; queries and keys are RoPE-rotated unless they are
   *     normalised first
   * @param normed [n, heads + kvHeads, d] normalised queries and keys, RoPE-rotated; absent without
   *     head norms
   */
  private record Heads(Tensor qkv, Optional<HeadNormLoop.Normed> normed) {
    /** Returns the RoPE-rotated queries and keys first: [n, heads + kvHeads or more, d]. */
    private Tensor rotated() {
      return normed.map(HeadNormLoop.Normed::y).orElse(qkv);
    }
  }

  // ---- forward --------------------------------------------------------------------------------

  /**
   * Runs the forward pass without keeping anything for a backward pass.
   *
   * @param x [n, hidden]
   * @return [n, hidden]
   */
  Tensor apply(Tensor x, Rotations rotations, AttentionContext context) {
    for (Block block : blocks) {
      Tensor input = x;
      Tensor in = block.in().apply(block.before().map(norm -> norm(norm, input).y()).orElse(x));
      Tensor mixed =
          switch (block.spec().mixer()) {
            case Sublayer.Attention how -> {
              Heads heads = heads(block, how, in, rotations);
              yield context.attend(
                  number, how, queries(heads), keys(heads), values(heads), DType.FLOAT32);
            }
            case Sublayer.GatedUnit(Activation activation) -> GatedLoop.forward(in, activation);
          };
      Tensor projected = block.out().apply(mixed);
      x = block.after().map(norm -> norm(norm, projected).y()).orElse(projected).addInPlace(input);
    }
    return x;
  }

  /**
   * Runs the forward pass and keeps the values that {@link #backward} needs.
   *
   * @param x [n, hidden]
   * @return the result of each sub-layer
   */
  List<Computed> forward(Tensor x, Rotations rotations, PackedPages attention) {
    try (Gradients off = Gradients.off()) {
      List<Computed> all = new ArrayList<>(blocks.size());
      for (Block block : blocks) {
        all.add(forward(block, all.isEmpty() ? x : all.getLast().out, rotations, attention));
      }
      return all;
    }
  }

  private Computed forward(Block block, Tensor x, Rotations rotations, PackedPages attention) {
    Optional<NormLoop.Normed> before = block.before().map(norm -> norm(norm, x));
    Tensor in = block.in().apply(before.map(NormLoop.Normed::y).orElse(x));
    Mixed mixed =
        switch (block.spec().mixer()) {
          case Sublayer.Attention how -> {
            Heads heads = heads(block, how, in, rotations);
            yield new Attended(
                heads, attention.attend(how, queries(heads), keys(heads), values(heads)));
          }
          case Sublayer.GatedUnit(Activation activation) ->
              new Gated(in, GatedLoop.forward(in, activation));
        };
    Tensor projected = block.out().apply(mixed.out());
    Optional<NormLoop.Normed> after = block.after().map(norm -> norm(norm, projected));
    Tensor out = after.map(NormLoop.Normed::y).orElse(projected).addInPlace(x);
    return new Computed(x, before, mixed, projected, after, out);
  }

  private Heads heads(Block block, Sublayer.Attention how, Tensor projected, Rotations rotations) {
    int heads = config.heads();
    int kvHeads = config.kvHeads();
    Tensor qkv = projected.view(projected.size(0), heads + 2L * kvHeads, -1);
    Heads all = new Heads(qkv, headNorms(block).map(norms -> norms.forward(qkv)));
    how.rope()
        .map(rotations::of)
        .ifPresent(rotation ->
            RotaryLoop.forward(
                all.rotated(), heads + kvHeads, rotation.cos(), rotation.signedSin()));
    return all;
  }

  private Optional<HeadNormLoop> headNorms(Block block) {
    return block
        .queryNorm()
        .map(query ->
            new HeadNormLoop(
                config.heads(),
                config.kvHeads(),
                query.factors(),
                block.keyNorm().orElseThrow().factors(),
                query.epsilon()));
  }

  private Tensor queries(Heads heads) {
    return heads.rotated().narrow(1, 0, config.heads()); // [n, heads, d]
  }

  private Tensor keys(Heads heads) {
    return heads.rotated().narrow(1, config.heads(), config.kvHeads()); // [n, kvHeads, d]
  }

  private Tensor values(Heads heads) {
    return heads.qkv.narrow(1, (long) config.heads() + config.kvHeads(), config.kvHeads());
  }

  private static NormLoop.Normed norm(RmsNorm norm, Tensor x) {
    return NormLoop.forward(x, norm.factors(), norm.epsilon());
  }

  // ---- backward -------------------------------------------------------------------------------

  /**
   * Runs the backward pass and adds to the gradients of the weights.
   *
   * @param computed result of {@link #forward}
   * @param gradient [n, hidden] gradient with respect to the output
   * @return [n, hidden] gradient with respect to the input
   */
  Tensor backward(
      List<Computed> computed, Tensor gradient, Rotations rotations, PackedPages attention) {
    try (Scope scope = Scope.open()) {
      Tensor above = gradient;
      for (int b = blocks.size() - 1; b >= 0; b--) {
        above = backward(blocks.get(b), computed.get(b), above, rotations, attention);
      }
      return scope.keep(above);
    }
  }

  private Tensor backward(
      Block block, Computed at, Tensor gradient, Rotations rotations, PackedPages attention) {
    Tensor atProjected =
        block
            .after()
            .map(norm ->
                back(norm, gradient, at.projected, at.after.orElseThrow(), zerosLike(gradient)))
            .orElse(gradient);
    Tensor atMixed = back(block.out(), atProjected, at.mixed.out());
    Tensor atIn =
        switch (at.mixed) {
          case Attended attended -> back(block, attended, atMixed, rotations, attention);
          case Gated gated ->
              GatedLoop.backward(gated.gateUp, atMixed, activation(block.spec().mixer()));
        };
    Tensor atNormed = back(block.in(), atIn, at.normed());
    return block
        .before()
        .map(norm -> back(norm, atNormed, at.x, at.before.orElseThrow(), gradient))
        .orElseGet(() -> atNormed.addInPlace(gradient));
  }

  /** Computes the backward pass of attention: [n, heads·d] → [n, (heads + 2·kvHeads)·d]. */
  private Tensor back(
      Block block, Attended attended, Tensor gradient, Rotations rotations, PackedPages attention) {
    Sublayer.Attention how = (Sublayer.Attention) block.spec().mixer();
    Heads heads = attended.heads;
    Tensor atQkv = // [n, heads + 2·kvHeads, d]
        attention.backward(
            how, attended.seen, queries(heads), keys(heads), values(heads), gradient);
    how.rope()
        .map(rotations::of)
        .ifPresent(rotation ->
            RotaryLoop.backward(
                atQkv, config.heads() + config.kvHeads(), rotation.cos(), rotation.signedSin()));
    heads.normed.ifPresent(normed -> backThroughHeadNorms(block, atQkv, heads.qkv, normed));
    return atQkv.view(atQkv.size(0), -1);
  }

  private void backThroughHeadNorms(
      Block block, Tensor gradient, Tensor qkv, HeadNormLoop.Normed normed) {
    try (Gradients off = Gradients.off()) {
      headNorms(block)
          .orElseThrow()
          .backward(
              gradient,
              qkv,
              normed.scales(),
              block.queryNorm().orElseThrow().gradToAddTo(),
              block.keyNorm().orElseThrow().gradToAddTo());
    }
  }

  private static Activation activation(Sublayer.Mixer mixer) {
    return ((Sublayer.GatedUnit) mixer).activation();
  }

  /** Computes the backward pass of x·Wᵀ + b: ∂/∂W = gᵀ·x, ∂/∂b = Σ g, ∂/∂x = g·W. */
  private static Tensor back(Projection projection, Tensor gradient, Tensor x) {
    try (Gradients off = Gradients.off()) {
      return switch (projection) {
        case Linear linear -> {
          if (linear.weight().requiresGrad()) {
            linear.weight().gradToAddTo().plusProductInPlace(gradient.transpose(0, 1), x);
            linear.bias().ifPresent(bias -> bias.gradToAddTo().addInPlace(gradient.sum(0)));
          }
          yield gradient.matmul(linear.weight().to(DType.FLOAT32));
        }
        case AdaptedLinear adapted -> adapted.backward(gradient, x);
        case Int8Linear _ -> throw new IllegalStateException("int8 weights are not trained");
      };
    }
  }

  /**
   * Computes the backward pass of a norm.
   *
   * @param beside another gradient with respect to x, which is added to the result
   */
  private static Tensor back(
      RmsNorm norm, Tensor gradient, Tensor x, NormLoop.Normed normed, Tensor beside) {
    try (Gradients off = Gradients.off()) {
      return NormLoop.backward(
          gradient, x, normed.scales(), norm.factors(), beside, norm.gradToAddTo());
    }
  }

  private static Tensor zerosLike(Tensor x) {
    return Tensor.zeros(DType.FLOAT32, x.shape());
  }
}
