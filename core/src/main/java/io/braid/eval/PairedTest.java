package io.braid.eval;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How likely a difference at least as large would be if both sides were the same and only chance
 * told them apart, problem by problem. Two-sided.
 */
public final class PairedTest {
  /** Draws of signs where there are too many to try them all. */
  public static final int DRAWS = 100_000;

  /** Up to so many problems that differ, every choice of signs is tried. */
  private static final int MOST_EXACT = 16;

  private static final double ROUNDING = 1e-9;

  private PairedTest() {}

  /**
   * McNemar's test in its exact form, for one right or wrong a problem: of the problems that differ
   * each side would win every one with chance ½ (a binomial sign test).
   *
   * @param better problems that only the one side solves
   * @param worse problems that only the other solves
   */
  public static double mcNemar(int better, int worse) {
    int n = better + worse;
    double logChoose = 0; // of C(n, 0)
    double sum = 0;
    for (int i = 0; i <= Math.min(better, worse); i++) {
      sum += Math.exp(logChoose - n * Math.log(2));
      logChoose += Math.log(n - i) - Math.log(i + 1.0);
    }
    return Math.min(1, 2 * sum);
  }

  /**
   * The sign-flip permutation test of a mean: if both sides were the same, each problem's
   * difference could as well have the other sign. Exact for at most {@value #MOST_EXACT} problems
   * that differ, else from {@value #DRAWS} draws, (1 + extreme ones) / (1 + draws), which is never
   * 0 (Phipson and Smyth 2010).
   *
   * @param differences one a problem
   * @param seed of the draws
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
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      long signs = 0;
      for (int p = 0; p < differing.length; p++) {
        signs = p % Long.SIZE == 0 ? random.nextLong() : signs >>> 1;
        sum += (signs & 1) == 0 ? differing[p] : -differing[p];
      }
      extreme += Math.abs(sum) >= seen ? 1 : 0;
    }
    return (1.0 + extreme) / (1.0 + DRAWS);
  }

  private static double flipped(double[] differences, int signs) {
    double sum = 0;
    for (int p = 0; p < differences.length; p++) {
      sum += (signs >>> p & 1) == 0 ? differences[p] : -differences[p];
    }
    return sum;
  }
}
