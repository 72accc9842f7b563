package io.braid.eval.codeforces;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many people have which rating.
 *
 * @param people by rating
 */
public record RatingHistogram(SortedMap<Double, Long> people) {
  /** Copies the map; an empty one is the caller's mistake. */
  public RatingHistogram {
    people = new TreeMap<>(people);
    if (people.values().stream().mapToLong(Long::longValue).sum() < 1) {
      throw new IllegalArgumentException("nobody");
    }
  }

  /** The share of people who are rated below, from 0 to 1. */
  public double below(double rating) {
    long below = people.headMap(rating).values().stream().mapToLong(Long::longValue).sum();
    return below / (double) people.values().stream().mapToLong(Long::longValue).sum();
  }
}
