package io.braid.sampling;

import io.braid.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An order of problems from several sources, which are mixed evenly in given proportions. Each
 * source is shuffled separately.
 *
 * <p>Of the first p positions, a source with share s gets ⌊p s⌋ or ⌈p s⌉: each position goes to the
 * source that is due first, among the sources whose share would not be exceeded (the quota method
 * of Balinski and Young, "The Quota Method of Apportionment", 1975).
 */
public final class Mixture implements Order {
  /** The largest rounding error of a product of a share and a position. */
  private static final double ROUNDING = 1e-9;

  private final List<Shuffle> orders = new ArrayList<>();
  private final int[] first; // index of each source's first problem
  private final double[] shares;
  private final long[] given;
  private long place;

  /**
   * A source.
   *
   * @param size number of problems; they are numbered after those of earlier sources
   * @param weight weight, above 0; the source's share is this divided by the sum of all weights
   */
  public record Part(int size, double weight) {}

  /**
   * Creates a mixture.
   *
   * @throws io.braid.UserError if a source has no problems
   */
  public Mixture(List<Part> parts, long seed) {
    first = new int[parts.size()];
    shares = new double[parts.size()];
    given = new long[parts.size()];
    double all = parts.stream().mapToDouble(Part::weight).sum();
    int problems = 0;
    for (int source = 0; source < parts.size(); source++) {
      first[source] = problems;
      shares[source] = parts.get(source).weight() / all;
      orders.add(
          new Shuffle(
              parts.get(source).size(), Seeds.derive(seed, Seeds.Stream.SOURCE_ORDER, source)));
      problems = Math.addExact(problems, parts.get(source).size());
    }
  }

  /**
   * Returns the problem at a position. An earlier position than the last one is counted from 0
   * again, which is slow.
   */
  @Override
  public synchronized int at(long wanted) {
    if (wanted < place) {
      Arrays.fill(given, 0);
      place = 0;
    }
    while (place < wanted) {
      given[due()]++;
      place++;
    }
    int source = due();
    return first[source] + orders.get(source).at(given[source]);
  }

  private int due() {
    int due = -1;
    double earliest = Double.POSITIVE_INFINITY;
    for (int source = 0; source < shares.length; source++) {
      double deadline = (given[source] + 1) / shares[source];
      boolean withinQuota = given[source] < shares[source] * (place + 1) - ROUNDING;
      if (withinQuota && deadline < earliest) {
        due = source;
        earliest = deadline;
      }
    }
    return due;
  }
}
