package io.braid.eval;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Two-sided paired significance tests. A p-value is the probability of a difference at least as
 * large as the observed one if, on each problem, only chance distinguished the two sides.
 */
public final class PairedTest {
  /** Number of random sign vectors if there are too many to enumerate. */
  public static final int SIGN_SAMPLES = 100_000;

  /** Largest number of differing problems for which all sign vectors are enumerated. */
  private static final int MOST_EXACT = 16;

  private static final double ROUNDING = 1e-9;

  private PairedTest() {}

  /**
   * Computes the exact McNemar test for one correct or wrong answer per problem. Under the null
   * hypothesis each side wins each differing problem with probability ½ (a binomial sign test).
   *
   * @param better number of problems that only the first side solves
   * @param worse number of problems that only the second side solves
   */
  public static double mcNemar(int better, int worse) {
    int n = better + worse;
    double logChoose = 0; // log C(n, 0)
    double sum = 0;
    for (int i = 0; i <= Math.min(better, worse); i++) {
      sum += Math.exp(logChoose - n * Math.log(2));
      logChoose += Math.log(n - i) - Math.log(i + 1.0);
    }
    return Math.min(1, 2 * sum);
  }

  /**
   * Computes the sign-flip permutation test of a mean: under the null hypothesis the sign of each
   * problem's difference is random. The test is exact for at most {@value #MOST_EXACT} differing
   * problems. Otherwise it uses {@value #SIGN_SAMPLES} random sign vectors and returns (1 + extreme
   * samples) / (1 + samples), which is never 0 (Phipson and Smyth 2010).
   *
   * @param differences one difference per problem
   * @param seed seed of the random signs
   */
  public static double signFlip(double[] differences, long seed) {
    double[] differing = Arrays.stream(differences).filter(each -> each != 0).toArray();
    double seen = Math.abs(Arrays.stream(differing).sum()) - ROUNDING;
    if (differing.length <= MOST_EXACT) {
      int all = 1 << differing.length;
      int extreme = 0;
      for (int signs = 0; signs < all; signs++) {
        extreme += Math.abs(flipped(differing, signs)) >= seen ? 1 : 0;
      }
      return extreme / (double) all;
    }
    SplittableRandom random = new SplittableRandom(seed);
    int extreme = 0;
    for (int sample = 0; sample < SIGN_SAMPLES; sample++) {
      double sum = 0;
      long signs = 0;
      for (int p = 0; p < differing.length; p++) {
        signs = p % Long.SIZE == 0 ? random.nextLong() : signs >>> 1;
        sum += (signs & 1) == 0 ? differing[p] : -differing[p];
      }
      extreme += Math.abs(sum) >= seen ? 1 : 0;
    }
    return (1.0 + extreme) / (1.0 + SIGN_SAMPLES);
  }

  private static double flipped(double[] differences, int signs) {
    double sum = 0;
    for (int p = 0; p < differences.length; p++) {
      sum += (signs >>> p & 1) == 0 ? differences[p] : -differences[p];
    }
    return sum;
  }
}
