package io.braid.eval.codeforces;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A histogram of Codeforces users by rating.
 *
 * @param people number of users by rating
 */
public record RatingHistogram(SortedMap<Double, Long> people) {
  /** Copies the map; throws if it counts no users. */
  public RatingHistogram {
    people = new TreeMap<>(people);
    if (people.values().stream().mapToLong(Long::longValue).sum() < 1) {
      throw new IllegalArgumentException("the histogram counts no users");
    }
  }

  /** Returns the fraction of users with a lower rating, from 0 to 1. */
  public double below(double rating) {
    long below = people.headMap(rating).values().stream().mapToLong(Long::longValue).sum();
    return below / (double) people.values().stream().mapToLong(Long::longValue).sum();
  }
}
