package io.braid.rollout;

import static org.assertj.core.api.Assertions.assertThat;

/** Pearson's test of counts against expectations. */
final class ChiSquare {
  private ChiSquare() {}

  /**
   * Fails when counts lie further from expectations than those of one fair experiment in ten
   * thousand. What is expected less than five times is counted together.
   */
  static void fits(long[] seen, double[] expected) {
    double statistic = 0;
    int cells = 0;
    double rareSeen = 0;
    double rareExpected = 0;
    for (int i = 0; i < seen.length; i++) {
      if (expected[i] == 0) {
        assertThat(seen[i]).as("count of the impossible %d", i).isZero();
      } else if (expected[i] < 5) {
        rareSeen += seen[i];
        rareExpected += expected[i];
      } else {
        statistic += square(seen[i] - expected[i]) / expected[i];
        cells++;
      }
    }
    if (rareExpected >= 1) {
      statistic += square(rareSeen - rareExpected) / rareExpected;
      cells++;
    }
    assertThat(statistic).isLessThan(critical(cells - 1));
  }

  /** Wilson and Hilferty's approximation of the quantile at 1 − 1/10,000. */
  private static double critical(int degrees) {
    double share = 2.0 / (9 * degrees);
    double root = 1 - share + 3.719 * Math.sqrt(share);
    return degrees * root * root * root;
  }

  private static double square(double x) {
    return x * x;
  }
}
