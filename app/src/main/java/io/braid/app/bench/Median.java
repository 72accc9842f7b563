package io.braid.app.bench;

import java.util.List;

/** The middle of some measurements, which one disturbed run does not move. */
public final class Median {
  private Median() {}

  /** The middle one; of an even number the upper of the two. */
  public static double of(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
