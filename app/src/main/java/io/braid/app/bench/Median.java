package io.braid.app.bench;

import java.util.List;

/** The median, which a single disturbed run does not change. */
public final class Median {
  private Median() {}

  /** The median; for an even number of measurements the upper of the middle two. */
  public static double of(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
