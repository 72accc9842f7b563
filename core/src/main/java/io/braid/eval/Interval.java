package io.braid.eval;

/**
 * A number and the bounds that it lies between with 95 % confidence.
 *
 * @param mean the number
 * @param low the lower bound
 * @param high the upper bound
 */
public record Interval(double mean, double low, double high) {
  /** Whether 0 lies outside: a difference that chance alone would seldom make. */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
