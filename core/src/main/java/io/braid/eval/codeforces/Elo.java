package io.braid.eval.codeforces;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The scale on which Codeforces rates people and problems: one who is rated 400 above a problem
 * solves it ten times as often as not.
 */
public final class Elo {
  /** Ratings are looked for between this and {@link #HIGHEST}. */
  public static final double LOWEST = 0;

  /** Above everyone who was ever rated. */
  public static final double HIGHEST = 4500;

  private static final double SCALE = 400;
  private static final int HALVINGS = 60;

  private Elo() {}

  /** The chance that a rating wins against another. */
  public static double chance(double rating, double opponent) {
    return 1 / (1 + Math.pow(10, (opponent - rating) / SCALE));
  }

  /**
   * A problem that was tried.
   *
   * @param rating the problem's
   * @param solved 1 when it was solved, 0 when not, the share of attempts when there were several
   */
  public record Tried(double rating, double solved) {}

  /**
   * The rating that makes the results likeliest: where as many problems would be expected to be
   * solved as were. {@link #LOWEST} or {@link #HIGHEST} where none or all were, which no rating
   * makes likeliest.
   */
  public static double likeliest(List<Tried> tried) {
    if (tried.isEmpty()) {
      throw new IllegalArgumentException("no problems");
    }
    double solved = tried.stream().mapToDouble(Tried::solved).sum();
    return bisect(
        rating -> tried.stream().mapToDouble(each -> chance(rating, each.rating())).sum() - solved);
  }

  /** Where a rising function crosses 0, within the bounds. */
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
