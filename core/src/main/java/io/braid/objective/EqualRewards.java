package io.braid.objective;

import java.util.Arrays;

/**
 * Compares rewards up to rounding. 0.3 and 0.1 + 0.2 differ in the last bit, and rewards that
 * passed through float32 differ beyond seven digits. An estimator that divides by a group's
 * standard deviation would turn such a difference into a full advantage.
 */
public final class EqualRewards {
  /** Two units in the last place of a float32. */
  private static final double RELATIVE = 0x1p-22;

  /** Absolute differences up to this count as zero, for example 0.1 + 0.2 - 0.3. */
  private static final double ABSOLUTE = 1e-12;

  private EqualRewards() {}

  /** Returns whether two rewards are equal up to rounding. */
  public static boolean equal(double a, double b) {
    double larger = Math.max(Math.abs(a), Math.abs(b));
    return a == b || Math.abs(a - b) <= Math.max(ABSOLUTE, RELATIVE * larger);
  }

  /** Returns whether all rewards are equal up to rounding. */
  public static boolean all(double[] rewards) {
    return rewards.length == 0
        || equal(
            Arrays.stream(rewards).min().orElseThrow(), Arrays.stream(rewards).max().orElseThrow());
  }

  /**
   * Replaces rewards that are equal up to rounding with the same number.
   *
   * @return the given array if nothing changes
   */
  public static double[] merged(double[] rewards) {
    double[] sorted = rewards.clone();
    Arrays.sort(sorted);
    boolean found = false;
    for (int i = 1; i < sorted.length && !found; i++) {
      found = sorted[i - 1] != sorted[i] && equal(sorted[i - 1], sorted[i]);
    }
    if (!found) {
      return rewards;
    }
    double[] same = sorted.clone(); // for each sorted reward, the smallest that equals it
    for (int i = 1; i < sorted.length; i++) {
      same[i] = equal(same[i - 1], sorted[i]) ? same[i - 1] : sorted[i];
    }
    return Arrays.stream(rewards).map(r -> same[Arrays.binarySearch(sorted, r)]).toArray();
  }
}
