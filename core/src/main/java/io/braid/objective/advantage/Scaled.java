package io.braid.objective.advantage;

import java.util.Arrays;

/**
 * Numbers over a power of two, so that neither their sum nor their squares overflow. The division
 * is exact; numbers of an ordinary size are left as they are.
 *
 * @param numbers each over the unit
 * @param unit the power of two
 */
record Scaled(double[] numbers, double unit) {
  private static final double ORDINARY = 0x1p500;

  static Scaled of(double[] numbers) {
    double largest = Arrays.stream(numbers).map(Math::abs).max().orElse(0);
    if (!(largest >= ORDINARY && largest < Double.POSITIVE_INFINITY)) {
      return new Scaled(numbers, 1);
    }
    double unit = Math.scalb(1.0, Math.getExponent(largest));
    return new Scaled(Arrays.stream(numbers).map(number -> number / unit).toArray(), unit);
  }

  /** The mean, and exactly the common value of numbers that are all equal. */
  double mean() {
    boolean equal = Arrays.stream(numbers).allMatch(number -> number == numbers[0]);
    return equal ? numbers[0] : Arrays.stream(numbers).average().orElseThrow();
  }

  /** A number in the old unit; the largest there is where it would be infinite. */
  double back(double number) {
    return finite(number * unit);
  }

  /** A number, or the largest of its sign where it is infinite. */
  static double finite(double number) {
    return Math.clamp(number, -Double.MAX_VALUE, Double.MAX_VALUE);
  }
}
