package io.braid.objective.loss;

import io.braid.SettingError;
import io.braid.tensor.Tensor;

/** Computes the importance ratio π_θ / π_old. */
final class ImportanceRatio {
  /** Log-ratios are clamped to ± this number, so that e^x stays finite. */
  private static final double LARGEST_LOG = 10;

  private ImportanceRatio() {}

  /** Rejects clip bounds that would clip nothing or everything. */
  static void checkClip(double epsilonLow, double epsilonHigh) {
    if (!(epsilonLow > 0 && epsilonLow < 1 && epsilonHigh > 0)) {
      throw new SettingError(
          "epsilon_low",
          "the lower clip bound must be between 0 and 1, the upper above 0, got %s and %s"
              .formatted(epsilonLow, epsilonHigh));
    }
  }

  /** Returns the ratio of each token, [n]. */
  static Tensor ofTokens(LossBatch batch) {
    return ratio(difference(batch));
  }

  /** Returns the ratio of each response as a whole, [r]. */
  static Tensor ofResponses(LossBatch batch) {
    return ratio(batch.sumByResponse(difference(batch)));
  }

  /** Returns the geometric mean of each response's token ratios, [r]. */
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
