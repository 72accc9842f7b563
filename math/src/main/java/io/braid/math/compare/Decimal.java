package io.braid.math.compare;

import io.braid.math.value.DoubleArithmetic;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Exact;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Num;
import io.braid.math.value.Rational;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A measured or rounded number with its precision.
 *
 * @param value the written number
 * @param halfUnit half a unit of the last written digit
 * @param significant number of significant digits
 */
record Decimal(Rational value, Rational halfUnit, int significant) {
  /**
   * The minimum number of significant digits in an answer that counts as rounded. Too many numbers
   * would round to the same shorter decimal.
   */
  private static final int ENOUGH_DIGITS = 3;

  private static final int ENOUGH_OF_BOTH = 4;

  private static final int DIGITS_OF_CALCULATORS = 12;

  /** Numbers with this many digits are printed doubles, whose last digits may be wrong. */
  private static final int DIGITS_OF_DOUBLES = 16;

  private static final Rational NOISE = Rational.of(new BigDecimal("1e-14"));

  /**
   * Reads a decimal, which may be negated, a percentage, or in scientific notation. The result is
   * empty for whole numbers, which are exact.
   */
  static Optional<Decimal> of(Expr expr) {
    return switch (expr) {
      case Num(Rational value, int decimals, int significant) when decimals != Expr.EXACT ->
          tenTo(-decimals)
              .flatMap(unit -> unit.dividedBy(Rational.of(2)))
              .map(half -> new Decimal(value, half, significant));
      case Expr.Negative(Expr inner) -> of(inner).map(d -> d.times(Rational.of(-1)));
      case Expr.Percent(Expr inner) -> of(inner).flatMap(d -> tenTo(-2).map(d::times));
      case Expr.Degrees(Expr inner) -> of(inner);
      case Expr.Product(List<Expr> factors) when factors.size() == 2 ->
          of(factors.getFirst())
              .flatMap(
                  d -> Exact.value(factors.getLast()).filter(Decimal::isPowerOfTen).map(d::times));
      default -> Optional.empty();
    };
  }

  private static Optional<Rational> tenTo(int exponent) {
    return Exact.value(new Expr.Power(Num.of(10), Num.of(exponent)));
  }

  private static boolean isPowerOfTen(Rational value) {
    String digits = value.isWhole() ? value.numerator().toString() : value.denominator().toString();
    return value.signum() > 0
        && digits.startsWith("1")
        && digits.chars().skip(1).allMatch(c -> c == '0')
        && (value.isWhole() || value.numerator().equals(java.math.BigInteger.ONE));
  }

  private Decimal times(Rational factor) {
    Rational size = factor.signum() < 0 ? factor.negate() : factor;
    return new Decimal(value.times(factor), halfUnit.times(size), significant);
  }

  /**
   * Returns whether one side is a rounding of the other. A whole number never counts as rounded,
   * nor does a decimal with fewer than three significant digits; a rounded answer needs four
   * significant digits if the reference is a decimal or irrational. The strict comparison accepts
   * rounding only in the reference; the answer must then be exact or equal the same decimal. If the
   * tolerance specifies a number of digits, only that number matters.
   */
  static boolean rounds(Expr gold, Expr given, Tolerance tolerance) {
    Optional<Decimal> reference = of(gold);
    Optional<Decimal> answer = of(given);
    boolean calculated = answer.filter(Decimal::isCalculated).isPresent();
    boolean rounded = tolerance.lenient() || calculated;
    boolean decimal = reference.isPresent() || rounded && answer.isPresent();
    if (tolerance.digits().isPresent()) {
      return decimal && areNear(gold, given, tolerance.digits().getAsInt());
    }
    if (reference.isPresent() && answer.isPresent()) {
      return rounded
          && (reference.get().isRounded(given, ENOUGH_DIGITS)
              || answer.get().isRounded(gold, ENOUGH_OF_BOTH));
    }
    if (reference.isPresent()) {
      return reference.get().isRounded(given, ENOUGH_DIGITS);
    }
    int enough = Exact.value(gold).isPresent() ? ENOUGH_DIGITS : ENOUGH_OF_BOTH;
    return decimal && answer.get().isRounded(gold, enough);
  }

  /**
   * Returns whether the decimal has as many digits as a calculator prints, so that it is not an
   * estimate.
   */
  private boolean isCalculated() {
    return significant >= DIGITS_OF_CALCULATORS;
  }

  /**
   * Returns whether the answer differs from the reference only by a program's floating-point error:
   * 0.30000000000000004 for 0.3.
   */
  static boolean isNoise(Expr gold, Expr given) {
    Optional<Decimal> answer = of(given).filter(d -> d.significant >= DIGITS_OF_DOUBLES);
    Optional<Rational> reference = Exact.value(gold).filter(value -> value.signum() != 0);
    boolean coarse = of(gold).map(d -> d.significant < DIGITS_OF_DOUBLES - 1).orElse(true);
    return answer.isPresent()
        && reference.isPresent()
        && coarse
        && size(answer.get().value.minus(reference.get()))
                .minus(size(reference.get()).times(NOISE))
                .signum()
            <= 0;
  }

  private static Rational size(Rational value) {
    return value.signum() < 0 ? value.negate() : value;
  }

  /** Returns whether two values differ by at most half a unit of that digit. */
  private static boolean areNear(Expr a, Expr b, int digits) {
    double half = 0.5 * Math.pow(10, -digits) * (1 + 1e-12);
    return Equivalence.variables(a).isEmpty()
        && Equivalence.variables(b).isEmpty()
        && Equivalence.real(a)
            .flatMap(x -> Equivalence.real(b).map(y -> Math.abs(x - y) <= half))
            .orElse(false);
  }

  private boolean isRounded(Expr exact, int digits) {
    boolean whole = value.isWhole() && halfUnit.minus(Rational.ONE).signum() < 0;
    if (significant < digits || whole) {
      return false;
    }
    Optional<Rational> fraction = Exact.value(exact);
    if (fraction.isPresent()) {
      Rational apart = fraction.get().minus(value);
      boolean written = fraction.get().isWhole() && of(exact).isEmpty();
      return !written && size(apart).minus(halfUnit).signum() <= 0;
    }
    double half = DoubleArithmetic.toDouble(halfUnit);
    return Equivalence.real(exact)
        .filter(other -> Math.abs(other - DoubleArithmetic.toDouble(value)) <= half)
        .isPresent();
  }
}
