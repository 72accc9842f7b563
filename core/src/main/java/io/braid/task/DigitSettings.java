package io.braid.task;

import io.braid.UserError;

/**
 * The settings of the digit sequences to generate: all pairs of first terms for each modulus.
 *
 * @param modulusMin the smallest modulus
 * @param modulusMax the largest modulus
 * @param terms number of terms to continue with
 * @param seed seed that decides the order of the problems but never their split
 */
public record DigitSettings(int modulusMin, int modulusMax, int terms, long seed) {
  /** Moduli 2 to 10, eight terms, seed 0: 384 problems. */
  public static final DigitSettings STANDARD = new DigitSettings(2, 10, 8, 0);

  /** Rejects values that are out of range. */
  public DigitSettings {
    if (modulusMin < 2 || modulusMin > modulusMax || modulusMax > DigitSequence.LARGEST_MODULUS) {
      throw new UserError(
          "task digits: modulus-min is %d and modulus-max is %d; give 2 ≤ modulus-min ≤ modulus-max ≤ %d"
              .formatted(modulusMin, modulusMax, DigitSequence.LARGEST_MODULUS));
    }
    if (terms < 1 || terms > DigitSequence.MOST_TERMS) {
      throw new UserError(
          "task digits: terms is %d; give 1 to %d".formatted(terms, DigitSequence.MOST_TERMS));
    }
  }

  static DigitSettings of(Options options) {
    return new DigitSettings(
        options.whole("modulus-min", STANDARD.modulusMin),
        options.whole("modulus-max", STANDARD.modulusMax),
        options.whole("terms", STANDARD.terms),
        options.seed("seed", STANDARD.seed));
  }
}
