package io.braid.app.bench;

import java.util.List;

/** Computes medians, which a single disturbed run hardly changes. */
public final class Median {
  private Median() {}

  /** Returns the median; for an even number of measurements, the upper of the middle two. */
  public static double of(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
