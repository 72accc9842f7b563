package io.braid.eval.codeforces;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The Elo scale on which Codeforces rates users and problems: a user rated 400 above a problem
 * solves it with odds of 10 to 1.
 */
public final class Elo {
  /** Lower bound of the search for a rating. */
  public static final double LOWEST = 0;

  /** Upper bound of the search, above every rating that a user has reached. */
  public static final double HIGHEST = 4500;

  private static final double SCALE = 400;
  private static final int HALVINGS = 60;

  private Elo() {}

  /** Returns the probability that a user with one rating wins against a user with another. */
  public static double winProbability(double rating, double opponent) {
    return 1 / (1 + Math.pow(10, (opponent - rating) / SCALE));
  }

  /**
   * An attempted problem.
   *
   * @param rating rating of the problem
   * @param solved 1 if solved, 0 if not; with several attempts, the fraction that solved it
   */
  public record Attempted(double rating, double solved) {}

  /**
   * Returns the maximum-likelihood rating, at which the expected number of solved problems equals
   * the observed number. If none or all were solved there is no maximum, and the result is {@link
   * #LOWEST} or {@link #HIGHEST}.
   */
  public static double maximumLikelihood(List<Attempted> attempted) {
    if (attempted.isEmpty()) {
      throw new IllegalArgumentException("no problems");
    }
    double solved = attempted.stream().mapToDouble(Attempted::solved).sum();
    return bisect(rating ->
        attempted.stream().mapToDouble(each -> winProbability(rating, each.rating())).sum()
            - solved);
  }

  /** Returns the point within the bounds at which an increasing function crosses 0. */
  static double bisect(DoubleUnaryOperator rising) {
    double low = LOWEST;
    double high = HIGHEST;
    if (rising.applyAsDouble(low) >= 0) {
      return low;
    }
    if (rising.applyAsDouble(high) <= 0) {
      return high;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (rising.applyAsDouble(middle) < 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
