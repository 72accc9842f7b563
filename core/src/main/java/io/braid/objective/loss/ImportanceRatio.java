package io.braid.objective.loss;

import io.braid.tensor.Tensor;

/** π_θ / π_old. */
final class ImportanceRatio {
  /** Beyond e^±10 a ratio says only that the policies have nothing in common. */
  private static final double LARGEST_LOG = 10;

  private ImportanceRatio() {}

  /** Of each token: [n]. */
  static Tensor ofTokens(LossBatch batch) {
    return ratio(difference(batch));
  }

  /** Of each response as a whole: [r]. */
  static Tensor ofResponses(LossBatch batch) {
    return ratio(batch.sumByResponse(difference(batch)));
  }

  /** The geometric mean of each response's tokens: [r]. */
  static Tensor ofMeans(LossBatch batch) {
    return ratio(batch.meanByResponse(difference(batch)));
  }

  private static Tensor difference(LossBatch batch) {
    return batch.logProbs().minus(batch.oldLogProbs()); // [n]
  }

  private static Tensor ratio(Tensor logRatio) {
    return logRatio.clamp(-LARGEST_LOG, LARGEST_LOG).exp();
  }
}
