package io.braid.eval;

/**
 * The probability that at least one of k samples is correct, given as an unbiased estimate from n ≥
 * k samples (Chen et al. 2021, arXiv 2107.03374, eq. 1): 1 − C(n − c, k) / C(n, k).
 */
final class PassAtK {
  private PassAtK() {}

  /**
   * Returns the estimate for one problem.
   *
   * @param n number of samples
   * @param c number of correct samples
   * @param k number of attempts, at most n
   */
  static double estimate(int n, int c, int k) {
    if (k < 1 || k > n || c < 0 || c > n) {
      throw new IllegalArgumentException("n=%d, c=%d, k=%d".formatted(n, c, k));
    }
    double allWrong = 1;
    for (int i = 0; i < k; i++) {
      allWrong *= Math.max(0, n - c - i) / (double) (n - i);
    }
    return 1 - allWrong;
  }
}
