package io.braid.eval;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Computes confidence intervals for a mean over seeds and problems by resampling both with
 * replacement. All resampled seeds share the same resampled problems, because every seed answered
 * the same problems (the pigeonhole bootstrap, Owen 2007, Annals of Applied Statistics 1(2)).
 * Resampling problems separately for each seed would average out their difficulty, as if there were
 * seeds × problems different problems.
 *
 * <p>Of S seeds, S − 1 are resampled, since resampling S would underestimate the variance over
 * seeds by the factor (S − 1)/S (Rao and Wu 1988). A single seed is not resampled; the interval
 * then does not cover the variation between seeds.
 */
public final class Bootstrap {
  /** Number of resamples per interval. */
  public static final int RESAMPLES = 2_000;

  private static final double OUTSIDE = 0.05;

  private final long seed;

  /**
   * Creates a bootstrap.
   *
   * @param seed seed of the resampling; the same seed gives the same intervals
   */
  public Bootstrap(long seed) {
    this.seed = seed;
  }

  /**
   * Returns the mean and its 95 % percentile interval.
   *
   * @param values indexed by seed, then by problem; each seed has the same problems in the same
   *     order
   */
  public Interval mean(double[][] values) {
    int seeds = values.length;
    int problems = seeds == 0 ? 0 : values[0].length;
    if (problems == 0 || Arrays.stream(values).anyMatch(row -> row.length != problems)) {
      throw new IllegalArgumentException("every seed must have the same problems, at least one");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[RESAMPLES];
    int[] times = new int[problems];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      Arrays.fill(times, 0);
      for (int p = 0; p < problems; p++) {
        times[random.nextInt(problems)]++;
      }
      int resampledSeeds = Math.max(1, seeds - 1);
      double sum = 0;
      for (int s = 0; s < resampledSeeds; s++) {
        sum += weighted(values[random.nextInt(seeds)], times);
      }
      means[resample] = sum / resampledSeeds;
    }
    Arrays.sort(means);
    double mean = Arrays.stream(values).flatMapToDouble(Arrays::stream).average().orElseThrow();
    return new Interval(mean, quantile(means, OUTSIDE / 2), quantile(means, 1 - OUTSIDE / 2));
  }

  /**
   * Returns the mean of the paired differences {@code values} − {@code baseline} and its interval.
   *
   * @param values indexed by seed, then by problem
   * @param baseline values for the same seeds and problems
   */
  public Interval difference(double[][] values, double[][] baseline) {
    if (values.length != baseline.length) {
      throw new IllegalArgumentException("both sides must have the same seeds");
    }
    double[][] differences = new double[values.length][];
    for (int s = 0; s < values.length; s++) {
      if (values[s].length != baseline[s].length) {
        throw new IllegalArgumentException("both sides must have the same problems");
      }
      differences[s] = new double[values[s].length];
      for (int p = 0; p < values[s].length; p++) {
        differences[s][p] = values[s][p] - baseline[s][p];
      }
    }
    return mean(differences);
  }

  /** Returns the mean over a seed's problems, each counted as often as it was resampled. */
  private static double weighted(double[] values, int[] times) {
    double sum = 0;
    for (int p = 0; p < values.length; p++) {
      sum += times[p] * values[p];
    }
    return sum / values.length;
  }

  /** Returns a quantile, interpolated linearly between two resamples. */
  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
