package io.braid.experiment.audit;

/** How far one distribution is from another, both given as natural logs over the same set. */
final class Divergence {
  private Divergence() {}

  /**
   * KL(p ‖ q) = Σ p (log p − log q), in nats (Kullback and Leibler 1951).
   *
   * @param logP [n]
   * @param logQ [n]; finite wherever p is not 0, or the divergence is infinite
   */
  static double kl(double[] logP, double[] logQ) {
    if (logP.length != logQ.length) {
      throw new IllegalArgumentException(logP.length + " and " + logQ.length + " numbers");
    }
    double sum = 0;
    for (int i = 0; i < logP.length; i++) {
      double p = Math.exp(logP[i]);
      if (p > 0) {
        sum += p * (logP[i] - logQ[i]);
      }
    }
    return sum;
  }

  /** Σ p x, the expectation of numbers. */
  static double expectation(double[] logP, double[] numbers) {
    double sum = 0;
    for (int i = 0; i < logP.length; i++) {
      sum += Math.exp(logP[i]) * numbers[i];
    }
    return sum;
  }
}
