package io.braid.objective;

import java.util.Arrays;
import java.util.List;

/**
 * When two rewards are equal. 0.3 and 0.1 + 0.2 differ in their last bit, and rewards that came
 * through float32 in their last seven digits: an estimator that divides by the spread of a group
 * would make a full advantage of such a difference.
 */
public final class EqualRewards {
  /** Two units in the last place of a float32. */
  private static final double RELATIVE = 0x1p-22;

  /** What may be left where terms cancel, as in 0.1 + 0.2 - 0.3. */
  private static final double ABSOLUTE = 1e-12;

  private EqualRewards() {}

  /** Whether two rewards are equal but for rounding. */
  public static boolean equal(double a, double b) {
    double larger = Math.max(Math.abs(a), Math.abs(b));
    return a == b || Math.abs(a - b) <= Math.max(ABSOLUTE, RELATIVE * larger);
  }

  /** Whether all rewards are equal but for rounding. */
  public static boolean all(double[] rewards) {
    return rewards.length == 0
        || equal(
            Arrays.stream(rewards).min().orElseThrow(), Arrays.stream(rewards).max().orElseThrow());
  }

  /**
   * The rewards, those that are equal but for rounding made the same number.
   *
   * @return the array itself where there are none such
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
    double[] same = sorted.clone(); // for each of the sorted ones, the smallest that it equals
    for (int i = 1; i < sorted.length; i++) {
      same[i] = equal(same[i - 1], sorted[i]) ? same[i - 1] : sorted[i];
    }
    return Arrays.stream(rewards).map(r -> same[Arrays.binarySearch(sorted, r)]).toArray();
  }

  /** Groups whose outcomes are merged over all of them. */
  public static List<GroupRewards> merged(List<GroupRewards> groups) {
    double[] all =
        groups.stream().flatMapToDouble(group -> Arrays.stream(group.outcomes())).toArray();
    double[] merged = merged(all);
    if (merged == all) {
      return groups;
    }
    int[] at = {0};
    return groups.stream()
        .map(group ->
            new GroupRewards(
                group.responses().stream().map(r -> r.withOutcome(merged[at[0]++])).toList()))
        .toList();
  }
}
