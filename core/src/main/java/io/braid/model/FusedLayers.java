package io.braid.model;

import io.braid.kernel.NormLoop;
import io.braid.nn.RmsNorm;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes hidden states with {@link FusedLayer}s and a hand-written backward pass. It keeps either
 * everything that the backward pass needs, or only each layer's input and then computes the layers
 * again (activation checkpointing, Chen et al. 2016); the gradients are the same bit for bit.
 */
final class FusedLayers implements HiddenPass {
  private final EmbeddedTokens embedding;
  private final List<FusedLayer> layers;
  private final RmsNorm norm;
  private final Rotations rotations;
  private final PackedAttention attention;
  private final List<List<FusedLayer.Computed>> computed =
      new ArrayList<>(); // if everything is kept
  private final List<Tensor> inputs = new ArrayList<>(); // otherwise; [n, hidden] each
  private final Tensor last; // [n, hidden], before the final norm
  private final NormLoop.Normed states;

  /**
   * Runs the forward pass.
   *
   * @param keep what to keep for the backward pass
   * @param tap observes the embedding and the output of each layer
   */
  FusedLayers(
      EmbeddedTokens embedding,
      List<FusedLayer> layers,
      RmsNorm norm,
      Rotations rotations,
      PackedAttention attention,
      Keep keep,
      Transformer.LatentTap tap) {
    this.embedding = embedding;
    this.layers = layers;
    this.norm = norm;
    this.rotations = rotations;
    this.attention = attention;
    Tensor x = embedding.rows();
    tap.see(0, x);
    for (int l = 0; l < layers.size(); l++) {
      x = keep == Keep.EVERYTHING ? held(layers.get(l), x) : passed(layers.get(l), x);
      tap.see(l + 1, x);
    }
    last = x;
    try (Gradients off = Gradients.off()) {
      states = NormLoop.forward(x, norm.factors(), norm.epsilon());
    }
  }

  private Tensor held(FusedLayer layer, Tensor x) {
    computed.add(layer.forward(x, rotations, attention.pages()));
    return computed.getLast().getLast().out();
  }

  private Tensor passed(FusedLayer layer, Tensor x) {
    inputs.add(x);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      return scope.keep(layer.apply(x, rotations, attention));
    }
  }

  @Override
  public Tensor states() {
    return states.y();
  }

  @Override
  public void backward(Tensor gradient) {
    Tensor above;
    try (Gradients off = Gradients.off()) {
      above =
          NormLoop.backward(
              gradient.contiguous(),
              last,
              states.scales(),
              norm.factors(),
              Tensor.zeros(DType.FLOAT32, gradient.shape()), // no gradient bypasses the norm
              norm.gradToAddTo());
    }
    for (FusedLayer layer : layers.reversed()) {
      Tensor below = back(layer, above);
      above.close();
      above = below;
    }
    embedding.backward(above);
  }

  private Tensor back(FusedLayer layer, Tensor gradient) {
    if (!computed.isEmpty()) {
      return layer.backward(computed.removeLast(), gradient, rotations, attention.pages());
    }
    try (Scope scope = Scope.open()) {
      List<FusedLayer.Computed> again =
          layer.forward(inputs.removeLast(), rotations, attention.pages());
      return scope.keep(layer.backward(again, gradient, rotations, attention.pages()));
    }
  }
}
