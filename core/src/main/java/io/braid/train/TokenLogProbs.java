package io.braid.train;

import io.braid.model.Transformer;
import io.braid.tensor.Tensor;

/**
 * Computes the policy's log-probabilities of the trained tokens in one autograd graph, as the
 * reference of {@link TrainingPass} in tests. It needs several matrices of all trained tokens by
 * the whole vocabulary.
 *
 * @param logProbs [n] FLOAT32, of log_softmax(logits / T)
 * @param entropy [n] FLOAT32, of the whole distribution, in nats; a constant
 * @param hidden [N, width], after the final norm
 */
record TokenLogProbs(Tensor logProbs, Tensor entropy, Tensor hidden) {
  /**
   * Runs the model over a batch.
   *
   * @param temperature divisor of the logits, as in the rollout
   */
  static TokenLogProbs of(Transformer model, PackedBatch batch, double temperature) {
    return of(model, batch, temperature, Transformer.LatentTap.NONE);
  }

  /**
   * Runs the model over a batch.
   *
   * @param temperature divisor of the logits, as in the rollout
   * @param tap observes the hidden states
   */
  static TokenLogProbs of(
      Transformer model, PackedBatch batch, double temperature, Transformer.LatentTap tap) {
    return of(model, batch, temperature, model.hidden(batch.input(), batch.attention(), tap));
  }

  /**
   * Runs the head over hidden states.
   *
   * @param temperature divisor of the logits, as in the rollout
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
