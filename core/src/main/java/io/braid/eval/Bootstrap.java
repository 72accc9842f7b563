package io.braid.eval;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Intervals for a mean over seeds and problems, by drawing both again with replacement: seeds, then
 * problems, the same problems for every seed, because every seed was asked the same ones (the
 * pigeonhole bootstrap, Owen 2007, Annals of Applied Statistics 1(2)). Problems drawn for each seed
 * by itself would average the problems' own difficulty away, as if there were seeds times as many.
 *
 * <p>Of S seeds, S − 1 are drawn: with few seeds, S draws would make the variance over seeds (S −
 * 1)/S of what it should be (Rao and Wu 1988). One seed is kept as it is; the interval then says
 * nothing of other seeds.
 */
public final class Bootstrap {
  /** Draws from which an interval is read. */
  public static final int DRAWS = 2_000;

  private static final double OUTSIDE = 0.05;

  private final long seed;

  /**
   * A bootstrap.
   *
   * @param seed same seed, same intervals
   */
  public Bootstrap(long seed) {
    this.seed = seed;
  }

  /**
   * The mean and its 95 % percentile interval.
   *
   * @param values by seed, then by problem; each seed has the same problems in the same order
   */
  public Interval mean(double[][] values) {
    int seeds = values.length;
    int problems = seeds == 0 ? 0 : values[0].length;
    if (problems == 0 || Arrays.stream(values).anyMatch(row -> row.length != problems)) {
      throw new IllegalArgumentException("wants the same problems, one or more, for every seed");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[DRAWS];
    int[] times = new int[problems];
    for (int draw = 0; draw < DRAWS; draw++) {
      Arrays.fill(times, 0);
      for (int p = 0; p < problems; p++) {
        times[random.nextInt(problems)]++;
      }
      int drawn = Math.max(1, seeds - 1);
      double sum = 0;
      for (int s = 0; s < drawn; s++) {
        sum += weighted(values[random.nextInt(seeds)], times);
      }
      means[draw] = sum / drawn;
    }
    Arrays.sort(means);
    double mean = Arrays.stream(values).flatMapToDouble(Arrays::stream).average().orElseThrow();
    return new Interval(mean, quantile(means, OUTSIDE / 2), quantile(means, 1 - OUTSIDE / 2));
  }

  /**
   * The mean of {@code values} minus {@code baseline}, pair by pair, and its interval.
   *
   * @param values by seed, then by problem
   * @param baseline the same seeds and problems
   */
  public Interval difference(double[][] values, double[][] baseline) {
    if (values.length != baseline.length) {
      throw new IllegalArgumentException("wants the same seeds on both sides");
    }
    double[][] differences = new double[values.length][];
    for (int s = 0; s < values.length; s++) {
      if (values[s].length != baseline[s].length) {
        throw new IllegalArgumentException("wants the same problems on both sides");
      }
      differences[s] = new double[values[s].length];
      for (int p = 0; p < values[s].length; p++) {
        differences[s][p] = values[s][p] - baseline[s][p];
      }
    }
    return mean(differences);
  }

  /** The mean of a seed's problems, each counted as often as it was drawn. */
  private static double weighted(double[] values, int[] times) {
    double sum = 0;
    for (int p = 0; p < values.length; p++) {
      sum += times[p] * values[p];
    }
    return sum / values.length;
  }

  /** Between two draws, a straight line. */
  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
