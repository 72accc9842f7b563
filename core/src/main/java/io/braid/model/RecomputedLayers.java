package io.braid.model;

import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Activation checkpointing (Chen et al. 2016), layer by layer: the forward pass keeps only the
 * layers' inputs, and the backward pass computes each layer again under autograd.
 */
final class RecomputedLayers implements HiddenPass {
  private final EmbeddedTokens embedding;
  private final List<UnaryOperator<Tensor>> layers;
  private final UnaryOperator<Tensor> norm;
  private final List<Tensor> inputs = new ArrayList<>(); // of the layers and the norm, [n, hidden]
  private final Tensor states;

  /**
   * Runs the forward pass.
   *
   * @param embedding [n, hidden] input of the first layer
   * @param layers the layers, each [n, hidden] → [n, hidden]
   * @param norm the final norm
   * @param tap observes the embedding and the output of each layer
   */
  RecomputedLayers(
      EmbeddedTokens embedding,
      List<UnaryOperator<Tensor>> layers,
      UnaryOperator<Tensor> norm,
      Transformer.LatentTap tap) {
    this.embedding = embedding;
    this.layers = layers;
    this.norm = norm;
    try (Gradients off = Gradients.off()) {
      inputs.add(embedding.rows());
      tap.see(0, inputs.getLast());
      for (UnaryOperator<Tensor> layer : layers) {
        inputs.add(output(layer, inputs.getLast()));
        tap.see(inputs.size() - 1, inputs.getLast());
      }
      states = output(norm, inputs.getLast());
    }
  }

  private static Tensor output(UnaryOperator<Tensor> layer, Tensor input) {
    try (Scope scope = Scope.open()) {
      return scope.keep(layer.apply(input));
    }
  }

  @Override
  public Tensor states() {
    return states;
  }

  @Override
  public void backward(Tensor gradient) {
    Tensor above = back(norm, gradient);
    for (UnaryOperator<Tensor> layer : layers.reversed()) {
      Tensor below = back(layer, above);
      above.close();
      above = below;
    }
    embedding.backward(above);
  }

  /** Computes a layer again, and returns the gradient with respect to its input. */
  private Tensor back(UnaryOperator<Tensor> layer, Tensor gradient) {
    try (Scope scope = Scope.open();
        Tensor held = inputs.removeLast()) {
      Tensor input = held.detach().requiresGrad(true);
      layer.apply(input).backward(gradient);
      return scope.keep(input.grad().orElseThrow());
    }
  }
}
