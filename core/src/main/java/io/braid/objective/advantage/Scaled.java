package io.braid.objective.advantage;

import java.util.Arrays;

/**
 * Numbers divided by a power of two, so that neither their sum nor their squares overflow. The
 * division is exact; numbers of ordinary size are not changed.
 *
 * @param numbers the numbers, divided by the unit
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

  /** Returns the mean. If all numbers are equal, it is exactly their value. */
  double mean() {
    boolean equal = Arrays.stream(numbers).allMatch(number -> number == numbers[0]);
    return equal ? numbers[0] : Arrays.stream(numbers).average().orElseThrow();
  }

  /** Multiplies a number by the unit; an infinite result becomes the largest double. */
  double back(double number) {
    return finite(number * unit);
  }

  /** Replaces an infinite number with the largest double of the same sign. */
  static double finite(double number) {
    return Math.clamp(number, -Double.MAX_VALUE, Double.MAX_VALUE);
  }
}
