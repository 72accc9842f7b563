package io.braid.model;

import io.braid.kernel.Activation;
import io.braid.model.TransformerWeights.Block;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;
import java.util.List;

/**
 * A decoder layer computed with libtorch's operators: the reference of {@link FusedLayer} and
 * {@link DecodingStep}, and the layer used on CUDA devices. Autograd records it if gradients are
 * on.
 *
 * @param blocks the sub-layers
 * @param number index of the layer, from 0
 * @param precision minimum precision of the products and sums in attention
 */
record PlainLayer(List<Block> blocks, ModelConfig config, int number, DType precision) {
  /**
   * Computes the layer.
   *
   * @param x [n, hidden]
   * @return [n, hidden]
   */
  Tensor apply(Tensor x, Rotations rotations, AttentionContext context) {
    for (Block block : blocks) {
      Tensor before = x;
      Tensor in = block.in().apply(block.before().map(norm -> norm.apply(before)).orElse(before));
      Tensor mixed =
          switch (block.spec().mixer()) {
            case Sublayer.Attention how -> attend(block, how, in, rotations, context);
            case Sublayer.GatedUnit(Activation activation) -> gate(in, activation);
          };
      Tensor out = block.out().apply(mixed); // [n, hidden]
      x = x.plus(block.after().map(norm -> norm.apply(out)).orElse(out));
    }
    return x;
  }

  /** Computes attention: [n, (heads + 2·kvHeads)·d] → [n, heads·d]. */
  private Tensor attend(
      Block block,
      Sublayer.Attention how,
      Tensor projected,
      Rotations rotations,
      AttentionContext context) {
    long heads = config.heads();
    long kvHeads = config.kvHeads();
    List<Tensor> qkv =
        projected
            .view(projected.size(0), heads + 2 * kvHeads, -1)
            .split(new long[] {heads + kvHeads, kvHeads}, 1);
    Tensor normed = normed(block, qkv.get(0));
    Tensor rotated = how.rope().map(rope -> rotations.of(rope).apply(normed)).orElse(normed);
    List<Tensor> qk = rotated.split(new long[] {heads, kvHeads}, 1);
    return context.attend(number, how, qk.get(0), qk.get(1), qkv.get(1), precision);
  }

  /** Returns the query and key heads, normalised if the layer has head norms. */
  private Tensor normed(Block block, Tensor qk) {
    if (block.queryNorm().isEmpty()) {
      return qk;
    }
    List<Tensor> parts = qk.split(new long[] {config.heads(), config.kvHeads()}, 1);
    return Tensor.cat(
        List.of(
            block.queryNorm().get().apply(parts.get(0)),
            block.keyNorm().orElseThrow().apply(parts.get(1))),
        1);
  }

  /** Computes the gated product: [n, 2·units] → [n, units]. */
  private static Tensor gate(Tensor gateUp, Activation activation) {
    long units = gateUp.size(1) / 2;
    List<Tensor> parts = gateUp.split(new long[] {units, units}, 1);
    Tensor gate =
        switch (activation) {
          case SILU -> Functional.silu(parts.get(0));
          case GELU_TANH -> Functional.geluTanh(parts.get(0));
        };
    return gate.times(parts.get(1));
  }
}
