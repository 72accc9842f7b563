package io.braid.objective.loss;

import io.braid.tensor.Tensor;

/** π_θ / π_old. */
final class ImportanceRatio {
  /** Beyond e^±10 a ratio says only that the policies have nothing in common. */
  private static final double LARGEST_LOG = 10;

  private ImportanceRatio() {}

  /** Of each token: [n]. */
  static Tensor ofTokens(LossBatch batch) {
    return batch.logProbs().minus(batch.oldLogProbs()).clamp(-LARGEST_LOG, LARGEST_LOG).exp();
  }
}
