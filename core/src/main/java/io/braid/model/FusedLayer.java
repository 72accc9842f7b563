package io.braid.model;

import io.braid.kernel.GatedLoop;
import io.braid.kernel.HeadNormLoop;
import io.braid.kernel.NormLoop;
import io.braid.kernel.RotaryLoop;
import io.braid.nn.Int8Linear;
import io.braid.nn.Linear;
import io.braid.nn.Projection;
import io.braid.nn.RmsNorm;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * A decoder layer on the host, its weights in FLOAT32 or BFLOAT16, all else in FLOAT32: what stands
 * between the matrix products is one loop each, there and back, where libtorch's operators go over
 * the numbers many times. The plain reference is {@link Transformer}'s own layer under autograd.
 */
record FusedLayer(TransformerWeights.Layer weights, ModelConfig config, int number) {

  /** What the way back needs, and what came out. */
  record Computed(
      Tensor x, // [n, hidden]
      Asked asked,
      PackedPages.Seen seen,
      Tensor middle, // [n, hidden]
      NormLoop.Normed middleNormed,
      Tensor gateUp, // [n, 2·intermediate]
      Tensor gated, // [n, intermediate]
      Tensor out) {} // [n, hidden]

  /**
   * Queries, keys and values.
   *
   * @param qkv [n, heads + 2·kvHeads, d]; its queries and keys are turned where they are not normed
   * @param headsNormed queries and keys, where they are: [n, heads + kvHeads, d], turned
   */
  record Asked(NormLoop.Normed normed, Tensor qkv, Optional<HeadNormLoop.Normed> headsNormed) {
    /** [n, heads + kvHeads or more, d], turned. */
    private Tensor turned() {
      return headsNormed.map(HeadNormLoop.Normed::y).orElse(qkv);
    }
  }

  /** What stands behind attention. */
  private record Rest(
      Tensor middle, NormLoop.Normed normed, Tensor gateUp, Tensor gated, Tensor out) {}

  /**
   * The way there, without what a way back would need.
   *
   * @param x [n, hidden]
   * @return [n, hidden]
   */
  Tensor apply(Tensor x, RotaryEmbedding.Turns turns, AttentionContext context) {
    Asked asked = asked(x, turns);
    Tensor seen = // [n, heads·d]
        context.attend(number, queries(asked), keys(asked), values(asked), DType.FLOAT32);
    return rest(x, seen).out;
  }

  /**
   * The way there, to be walked back.
   *
   * @param x [n, hidden]
   */
  Computed forward(Tensor x, RotaryEmbedding.Turns turns, PackedPages attention) {
    try (Gradients off = Gradients.off()) {
      Asked asked = asked(x, turns);
      PackedPages.Seen seen = attention.attend(queries(asked), keys(asked), values(asked));
      Rest rest = rest(x, seen.out());
      return new Computed(
          x, asked, seen, rest.middle, rest.normed, rest.gateUp, rest.gated, rest.out);
    }
  }

  private Asked asked(Tensor x, RotaryEmbedding.Turns turns) {
    int heads = config.heads();
    int kvHeads = config.kvHeads();
    NormLoop.Normed normed = norm(weights.inputNorm(), x);
    Tensor qkv = weights.qkv().apply(normed.y()).view(x.size(0), heads + 2L * kvHeads, -1);
    Asked asked = new Asked(normed, qkv, headNorms().map(norms -> norms.forward(qkv)));
    RotaryLoop.forward(asked.turned(), heads + kvHeads, turns.cos(), turns.signedSin());
    return asked;
  }

  private Optional<HeadNormLoop> headNorms() {
    return weights
        .queryNorm()
        .map(query ->
            new HeadNormLoop(
                config.heads(),
                config.kvHeads(),
                query.weight().to(DType.FLOAT32),
                weights.keyNorm().orElseThrow().weight().to(DType.FLOAT32),
                query.epsilon()));
  }

  private Rest rest(Tensor x, Tensor seen) {
    Tensor middle = weights.output().apply(seen).addInPlace(x); // [n, hidden]
    NormLoop.Normed normed = norm(weights.mlpNorm(), middle);
    Tensor gateUp = weights.gateUp().apply(normed.y()); // [n, 2·intermediate]
    Tensor gated = GatedLoop.forward(gateUp); // [n, intermediate]
    Tensor out = weights.down().apply(gated).addInPlace(middle); // [n, hidden]
    return new Rest(middle, normed, gateUp, gated, out);
  }

  private Tensor queries(Asked asked) {
    return asked.turned().narrow(1, 0, config.heads()); // [n, heads, d]
  }

  private Tensor keys(Asked asked) {
    return asked.turned().narrow(1, config.heads(), config.kvHeads()); // [n, kvHeads, d]
  }

  private Tensor values(Asked asked) {
    return asked.qkv.narrow(1, (long) config.heads() + config.kvHeads(), config.kvHeads());
  }

  private static NormLoop.Normed norm(RmsNorm norm, Tensor x) {
    return NormLoop.forward(x, norm.weight().to(DType.FLOAT32), norm.epsilon());
  }

  /**
   * The way back: adds to the gradients of the weights.
   *
   * @param gradient [n, hidden], at what came out
   * @return [n, hidden], at what came in
   */
  Tensor backward(
      Computed at, Tensor gradient, RotaryEmbedding.Turns turns, PackedPages attention) {
    try (Scope scope = Scope.open()) {
      Tensor atGated = back(weights.down(), gradient, at.gated); // [n, intermediate]
      Tensor atGateUp = GatedLoop.backward(at.gateUp, atGated); // [n, 2·intermediate]
      Tensor atMiddleNormed = back(weights.gateUp(), atGateUp, at.middleNormed.y());
      Tensor atMiddle =
          back(weights.mlpNorm(), atMiddleNormed, at.middle, at.middleNormed, gradient);
      Tensor atSeen = back(weights.output(), atMiddle, at.seen.out()); // [n, heads·d]
      Tensor atQkv = // [n, heads + 2·kvHeads, d]
          attention.backward(at.seen, queries(at.asked), keys(at.asked), values(at.asked), atSeen);
      RotaryLoop.backward(atQkv, config.heads() + config.kvHeads(), turns.cos(), turns.signedSin());
      at.asked.headsNormed.ifPresent(normed -> backThroughHeadNorms(atQkv, at.asked.qkv, normed));
      NormLoop.Normed normed = at.asked.normed;
      Tensor atNormed = back(weights.qkv(), atQkv.view(atQkv.size(0), -1), normed.y());
      return scope.keep(back(weights.inputNorm(), atNormed, at.x, normed, atMiddle));
    }
  }

  private void backThroughHeadNorms(Tensor gradient, Tensor qkv, HeadNormLoop.Normed normed) {
    try (Gradients off = Gradients.off()) {
      headNorms()
          .orElseThrow()
          .backward(
              gradient,
              qkv,
              normed.scales(),
              weights.queryNorm().orElseThrow().weight().gradToAddTo(),
              weights.keyNorm().orElseThrow().weight().gradToAddTo());
    }
  }

  /** Through x·Wᵀ + b: at W gᵀ·x, at b Σ g, at x g·W. */
  private static Tensor back(Projection projection, Tensor gradient, Tensor x) {
    try (Gradients off = Gradients.off()) {
      return switch (projection) {
        case Linear linear -> {
          linear.weight().gradToAddTo().plusProductInPlace(gradient.transpose(0, 1), x);
          linear.bias().ifPresent(bias -> bias.gradToAddTo().addInPlace(gradient.sum(0)));
          yield gradient.matmul(linear.weight().to(DType.FLOAT32));
        }
        case Int8Linear _ -> throw new IllegalStateException("weights of bytes are not learned");
      };
    }
  }

  private static Tensor back(
      RmsNorm norm, Tensor gradient, Tensor x, NormLoop.Normed normed, Tensor beside) {
    try (Gradients off = Gradients.off()) {
      return NormLoop.backward(
          gradient,
          x,
          normed.scales(),
          norm.weight().to(DType.FLOAT32),
          beside,
          norm.weight().gradToAddTo());
    }
  }
}
