package io.braid.eval;

/**
 * A mean with its 95 % confidence interval.
 *
 * @param mean the mean
 * @param low the lower bound
 * @param high the upper bound
 */
public record Interval(double mean, double low, double high) {
  /**
   * Returns whether the interval excludes 0, so that the difference is significant at the 5 %
   * level.
   */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
