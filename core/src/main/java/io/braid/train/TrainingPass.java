package io.braid.train;

import io.braid.model.ChosenTokens;
import io.braid.model.HiddenPass;
import io.braid.model.Transformer;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * A forward pass up to the inputs of a loss, followed by one backward pass.
 *
 * <p>A loss gets two leaves of its autograd graph: the log-probabilities of the trained tokens and
 * the hidden states. {@link #backward} carries their gradients through the head, in chunks of the
 * vocabulary ({@link ChosenTokens}), and through the layers. {@link TokenLogProbs} computes the
 * same results in one graph.
 */
final class TrainingPass {
  private final PackedBatch batch;
  private final HiddenPass layers;
  private final ChosenTokens chosen;
  private final Tensor hidden; // [N, width]
  private final Tensor logProbs; // [n]

  private TrainingPass(PackedBatch batch, HiddenPass layers, ChosenTokens chosen) {
    this.batch = batch;
    this.layers = layers;
    this.chosen = chosen;
    this.hidden = layers.states().requiresGrad(true);
    this.logProbs = chosen.logProbs().detach().requiresGrad(true);
  }

  /**
   * Runs the forward pass.
   *
   * @param temperature divisor of the logits, as in the rollout
   * @param tap observes the hidden states of the layers
   * @param entropies whether to compute entropies
   */
  static TrainingPass of(
      Transformer model,
      PackedBatch batch,
      double temperature,
      Transformer.LatentTap tap,
      boolean entropies) {
    HiddenPass layers = model.pass(batch.input(), batch.attention(), tap);
    return new TrainingPass(
        batch, layers, batch.chosen(model, layers.states(), temperature, entropies));
  }

  /** Returns log π_θ of each trained token: [n] FLOAT32. */
  Tensor logProbs() {
    return logProbs;
  }

  /** Returns the entropy at each trained token, in nats: [n] FLOAT32, a constant. */
  Optional<Tensor> entropies() {
    return chosen.entropies();
  }

  /** Returns the hidden states after the final norm: [N, width]. */
  Tensor hidden() {
    return hidden;
  }

  /** Runs the backward pass and adds the loss's gradients to the weights' gradients. */
  void backward(Tensor loss) {
    loss.backward();
    Tensor gradient =
        hidden.grad().orElseGet(() -> Tensor.zeros(hidden.dtype(), hidden.shape())); // [N, width]
    logProbs
        .grad()
        .map(chosen::backward)
        .ifPresent(atHead -> gradient.indexAddInPlace(0, batch.predictors(), atHead));
    layers.backward(gradient);
  }
}
