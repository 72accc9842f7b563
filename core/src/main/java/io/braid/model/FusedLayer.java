package io.braid.model;

import io.braid.kernel.GatedLoop;
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
import java.util.List;

/**
 * A decoder layer on the host in FLOAT32: what stands between the matrix products is one loop each,
 * there and back, where libtorch's operators go over the numbers many times. Attention alone is
 * recorded. The plain reference is {@link Transformer}'s own layer under autograd.
 */
record FusedLayer(Transformer.Layer weights, ModelConfig config, int number) {

  /** What the way back needs, and what came out. */
  record Computed(
      Tensor x, // [n, hidden]
      NormLoop.Normed normed,
      Tensor q, // [n, heads, d], a leaf
      Tensor k, // [n, kvHeads, d], a leaf
      Tensor v, // [n, kvHeads, d], a leaf
      Tensor seen, // [n, heads·d], recorded from these
      Tensor middle, // [n, hidden]
      NormLoop.Normed middleNormed,
      Tensor gateUp, // [n, 2·intermediate]
      Tensor gated, // [n, intermediate]
      Tensor out) {} // [n, hidden]

  /**
   * The way there, without what a way back would need.
   *
   * @param x [n, hidden]
   * @return [n, hidden]
   */
  Tensor apply(Tensor x, RotaryEmbedding.Turns turns, AttentionContext context, DType precision) {
    return forward(x, turns, context, precision, /* back= */ false).out;
  }

  /**
   * The way there.
   *
   * @param x [n, hidden]
   * @param back whether there will be a way back
   */
  Computed forward(
      Tensor x,
      RotaryEmbedding.Turns turns,
      AttentionContext context,
      DType precision,
      boolean back) {
    long n = x.size(0);
    int heads = config.heads();
    int kvHeads = config.kvHeads();
    NormLoop.Normed normed;
    Tensor qkv;
    try (Gradients off = Gradients.off()) {
      normed = norm(weights.inputNorm(), x);
      qkv = weights.qkv().apply(normed.y()).view(n, heads + 2L * kvHeads, -1);
      RotaryLoop.forward(qkv, heads + kvHeads, turns.cos(), turns.signedSin());
    }
    Tensor q = part(qkv, 0, heads, back);
    Tensor k = part(qkv, heads, kvHeads, back);
    Tensor v = part(qkv, heads + kvHeads, kvHeads, back);
    Tensor seen = context.attend(number, q, k, v, precision); // [n, heads·d]
    try (Gradients off = Gradients.off()) {
      Tensor middle = weights.output().apply(seen).addInPlace(x); // [n, hidden]
      NormLoop.Normed middleNormed = norm(weights.mlpNorm(), middle);
      Tensor gateUp = weights.gateUp().apply(middleNormed.y()); // [n, 2·intermediate]
      Tensor gated = GatedLoop.forward(gateUp); // [n, intermediate]
      Tensor out = weights.down().apply(gated).addInPlace(middle); // [n, hidden]
      return new Computed(x, normed, q, k, v, seen, middle, middleNormed, gateUp, gated, out);
    }
  }

  private static NormLoop.Normed norm(RmsNorm norm, Tensor x) {
    return NormLoop.forward(x, norm.weight(), norm.epsilon());
  }

  private static Tensor part(Tensor qkv, long first, long heads, boolean back) {
    Tensor part = qkv.narrow(1, first, heads);
    return back ? part.detach().requiresGrad(true) : part;
  }

  /**
   * The way back: adds to the gradients of the weights.
   *
   * @param gradient [n, hidden], at what came out
   * @return [n, hidden], at what came in
   */
  Tensor backward(Computed at, Tensor gradient, RotaryEmbedding.Turns turns) {
    try (Scope scope = Scope.open()) {
      Tensor atGated = back(weights.down(), gradient, at.gated); // [n, intermediate]
      Tensor atGateUp = GatedLoop.backward(at.gateUp, atGated); // [n, 2·intermediate]
      Tensor atMiddleNormed = back(weights.gateUp(), atGateUp, at.middleNormed.y());
      Tensor atMiddle =
          back(weights.mlpNorm(), atMiddleNormed, at.middle, at.middleNormed, gradient);
      Tensor atSeen = back(weights.output(), atMiddle, at.seen.detach()); // [n, heads·d]
      at.seen.backward(atSeen);
      Tensor atQkv = atQkv(at); // [n, heads + 2·kvHeads, d]
      RotaryLoop.backward(atQkv, config.heads() + config.kvHeads(), turns.cos(), turns.signedSin());
      Tensor atNormed = back(weights.qkv(), atQkv.view(atQkv.size(0), -1), at.normed.y());
      return scope.keep(back(weights.inputNorm(), atNormed, at.x, at.normed, atMiddle));
    }
  }

  private static Tensor atQkv(Computed at) {
    try (Gradients off = Gradients.off()) {
      return Tensor.cat(
          List.of(at.q.grad().orElseThrow(), at.k.grad().orElseThrow(), at.v.grad().orElseThrow()),
          1);
    }
  }

  /** Through x·Wᵀ + b: at W gᵀ·x, at b Σ g, at x g·W. */
  private static Tensor back(Projection projection, Tensor gradient, Tensor x) {
    try (Gradients off = Gradients.off()) {
      return switch (projection) {
        case Linear linear -> {
          linear.weight().gradToAddTo().plusMatmulInPlace(gradient.transpose(0, 1), x);
          linear.bias().ifPresent(bias -> bias.gradToAddTo().addInPlace(gradient.sum(0)));
          yield gradient.matmul(linear.weight());
        }
        case Int8Linear _ -> throw new IllegalStateException("weights of bytes are not learned");
      };
    }
  }

  private static Tensor back(
      RmsNorm norm, Tensor gradient, Tensor x, NormLoop.Normed normed, Tensor beside) {
    try (Gradients off = Gradients.off()) {
      return NormLoop.backward(
          gradient, x, normed.scales(), norm.weight(), beside, norm.weight().gradToAddTo());
    }
  }
}
