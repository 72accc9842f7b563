package io.braid.train;

import io.braid.model.ChosenTokens;
import io.braid.model.HiddenPass;
import io.braid.model.Transformer;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * A pass of a model over a batch that a loss is made of and that is walked back once.
 *
 * <p>A loss sees leaves: the log-probabilities of the response tokens and the hidden states. Their
 * gradients are then carried on through the head by chunks of the vocabulary ({@link
 * ChosenTokens}), and through the layers. {@link TokenLogProbs} is the same in one piece.
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
   * Runs a model over a batch.
   *
   * @param temperature what the logits are divided by, as in the rollout
   * @param tap sees the latents
   * @param entropies whether they are wanted
   */
  static TrainingPass of(
      Transformer model,
      PackedBatch batch,
      double temperature,
      Transformer.LatentTap tap,
      boolean entropies) {
    HiddenPass layers = model.pass(batch.ids(), batch.attention(), tap);
    return new TrainingPass(
        batch, layers, batch.chosen(model, layers.states(), temperature, entropies));
  }

  /** log π_θ of each response token: [n], FLOAT32. */
  Tensor logProbs() {
    return logProbs;
  }

  /** Of the whole distribution at each response token, in nats: [n], FLOAT32; a constant. */
  Optional<Tensor> entropies() {
    return chosen.entropies();
  }

  /** After the final norm: [N, width]. */
  Tensor hidden() {
    return hidden;
  }

  /** Adds a loss's gradients to those of all weights that it depends on. */
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
