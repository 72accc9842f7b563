package io.braid.experiment.audit;

/** Divergences of distributions that are given as natural logarithms over the same set. */
final class Divergence {
  private Divergence() {}

  /**
   * Returns KL(p ‖ q) = Σ p (log p − log q) in nats (Kullback and Leibler 1951).
   *
   * @param logP [n]
   * @param logQ [n]; the divergence is infinite if it is not finite where p is not 0
   */
  static double kl(double[] logP, double[] logQ) {
    if (logP.length != logQ.length) {
      throw new IllegalArgumentException(
          "got "
              + logP.length
              + " and "
              + logQ.length
              + " log-probabilities; they must have the same number");
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

  /** Returns the expectation Σ p x. */
  static double expectation(double[] logP, double[] numbers) {
    double sum = 0;
    for (int i = 0; i < logP.length; i++) {
      sum += Math.exp(logP[i]) * numbers[i];
    }
    return sum;
  }
}
