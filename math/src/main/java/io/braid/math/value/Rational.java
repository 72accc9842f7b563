package io.braid.math.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An exact fraction in lowest terms with a positive denominator; never overflows.
 *
 * @param numerator the numerator, which carries the sign
 * @param denominator the denominator, above zero
 */
public record Rational(BigInteger numerator, BigInteger denominator) {
  /** The number 0. */
  public static final Rational ZERO = of(0);

  /** The number 1. */
  public static final Rational ONE = of(1);

  /**
   * Reduces the fraction to lowest terms; throws {@link IllegalArgumentException} if the
   * denominator is 0.
   */
  public Rational {
    if (denominator.signum() == 0) {
      throw new IllegalArgumentException("a fraction with denominator 0");
    }
    if (!denominator.equals(BigInteger.ONE)) {
      BigInteger common = numerator.gcd(denominator);
      if (denominator.signum() < 0) {
        common = common.negate();
      }
      numerator = numerator.divide(common);
      denominator = denominator.divide(common);
    }
  }

  /** Returns the whole number {@code value}. */
  public static Rational of(long value) {
    return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
  }

  /**
   * Returns the value of a finite decimal. The caller must bound its scale: 1e999999999 would be
   * huge.
   */
  public static Rational of(BigDecimal decimal) {
    return decimal.scale() <= 0
        ? new Rational(decimal.toBigIntegerExact(), BigInteger.ONE)
        : new Rational(decimal.unscaledValue(), BigInteger.TEN.pow(decimal.scale()));
  }

  /** Returns the sum. */
  public Rational plus(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  /** Returns the difference. */
  public Rational minus(Rational other) {
    return plus(other.negate());
  }

  /** Returns the product. */
  public Rational times(Rational other) {
    return new Rational(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  /** Returns the quotient, or empty if the divisor is 0. */
  public Optional<Rational> dividedBy(Rational other) {
    return other.signum() == 0
        ? Optional.empty()
        : Optional.of(
            new Rational(
                numerator.multiply(other.denominator), denominator.multiply(other.numerator)));
  }

  /** Returns this number with the opposite sign. */
  public Rational negate() {
    return new Rational(numerator.negate(), denominator);
  }

  /** Returns the sign: −1, 0 or 1. */
  public int signum() {
    return numerator.signum();
  }

  /** Returns whether the denominator is 1. */
  public boolean isWhole() {
    return denominator.equals(BigInteger.ONE);
  }

  /** Returns this number as an {@code int}; empty if it is not an {@code int}. */
  public OptionalInt asInt() {
    return isWhole() && numerator.bitLength() < Integer.SIZE
        ? OptionalInt.of(numerator.intValue())
        : OptionalInt.empty();
  }

  /** Returns the number as text, such as {@code 7} or {@code -3/4}. */
  @Override
  public String toString() {
    return isWhole() ? numerator.toString() : numerator + "/" + denominator;
  }
}
