package io.braid.train;

import io.braid.model.Transformer;
import io.braid.tensor.Tensor;

/**
 * The policy's log-probabilities of the trained tokens as one autograd graph: the reference that
 * {@link TrainingPass} is tested against. It holds several matrices of all trained tokens by the
 * whole vocabulary.
 *
 * @param logProbs [n] FLOAT32, of log_softmax(logits / T)
 * @param entropy [n] FLOAT32, of the whole distribution, in nats; a constant
 * @param hidden [N, width], after the final norm
 */
record TokenLogProbs(Tensor logProbs, Tensor entropy, Tensor hidden) {
  /**
   * Runs the model over a batch.
   *
   * @param temperature what the logits are divided by, as in the rollout
   */
  static TokenLogProbs of(Transformer model, PackedBatch batch, double temperature) {
    return of(model, batch, temperature, Transformer.LatentTap.NONE);
  }

  /**
   * Runs the model over a batch.
   *
   * @param temperature what the logits are divided by, as in the rollout
   * @param tap sees the latents
   */
  static TokenLogProbs of(
      Transformer model, PackedBatch batch, double temperature, Transformer.LatentTap tap) {
    return of(model, batch, temperature, model.hidden(batch.ids(), batch.attention(), tap));
  }

  /**
   * Runs the head over hidden states.
   *
   * @param temperature what the logits are divided by, as in the rollout
   * @param hidden [N, width], after the final norm
   */
  static TokenLogProbs of(Transformer model, PackedBatch batch, double temperature, Tensor hidden) {
    Tensor logits = model.logits(hidden.indexSelect(0, batch.predictors())); // [n, vocab]
    Tensor scaled = temperature == 1 ? logits : logits.div(temperature);
    Tensor all = scaled.logSoftmax(); // [n, vocab]
    Tensor chosen = all.gather(1, batch.targets().unsqueeze(1)).squeeze(1); // [n]
    Tensor fixed = all.detach();
    Tensor entropy = fixed.exp().times(fixed.clamp(-1e30, 0)).sum(-1).negate(); // [n]
    return new TokenLogProbs(chosen, entropy, hidden);
  }
}
