package io.braid.math.value;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Real arithmetic that has as many digits as {@link PreciseArithmetic} and is much faster. It does
 * not support logarithms, trigonometric functions or complex numbers, for which it throws {@link
 * ArithmeticException}.
 */
final class RealArithmetic implements Arithmetic<BigDecimal> {
  private static final MathContext DIGITS = new MathContext(PreciseArithmetic.DIGITS + 5);
  private static final BigDecimal PI =
      new BigDecimal("3.14159265358979323846264338327950288419716939937510582");
  private static final BigDecimal E =
      new BigDecimal("2.71828182845904523536028747135266249775724709369995957");
  private static final int LARGEST_ROOT = 20;

  private static ArithmeticException givesUp() {
    return new ArithmeticException("not in real arithmetic");
  }

  @Override
  public double unit() {
    return 1e-38;
  }

  @Override
  public BigDecimal of(Rational value) {
    return new BigDecimal(value.numerator()).divide(new BigDecimal(value.denominator()), DIGITS);
  }

  @Override
  public BigDecimal pi() {
    return PI;
  }

  @Override
  public BigDecimal i() {
    throw givesUp();
  }

  @Override
  public BigDecimal plus(BigDecimal a, BigDecimal b) {
    return a.add(b, DIGITS);
  }

  @Override
  public BigDecimal times(BigDecimal a, BigDecimal b) {
    return a.multiply(b, DIGITS);
  }

  @Override
  public BigDecimal dividedBy(BigDecimal a, BigDecimal b) {
    return a.divide(b, DIGITS);
  }

  @Override
  public BigDecimal power(BigDecimal base, BigDecimal exponent) {
    if (exponent.compareTo(new BigDecimal("0.5")) == 0) {
      return sqrt(base);
    }
    throw givesUp();
  }

  @Override
  public BigDecimal power(BigDecimal base, int exponent) {
    return base.pow(exponent, DIGITS);
  }

  @Override
  public BigDecimal exp(BigDecimal of) {
    if (of.compareTo(BigDecimal.ONE) == 0) {
      return E;
    }
    throw givesUp();
  }

  @Override
  public BigDecimal log(BigDecimal of) {
    throw givesUp();
  }

  @Override
  public BigDecimal sqrt(BigDecimal of) {
    return of.sqrt(DIGITS);
  }

  /**
   * Starts from the double's root and applies Newton's method three times; each step doubles the
   * number of correct digits.
   */
  @Override
  public BigDecimal root(BigDecimal of, int degree) {
    if (of.signum() < 0 && degree % 2 == 0 || degree > LARGEST_ROOT) {
      throw givesUp();
    }
    if (of.signum() == 0) {
      return of;
    }
    double start = Math.pow(Math.abs(of.doubleValue()), 1.0 / degree);
    BigDecimal size = of.abs();
    BigDecimal root = new BigDecimal(start, DIGITS);
    for (int step = 0; step < 3; step++) {
      BigDecimal quotient = size.divide(root.pow(degree - 1, DIGITS), DIGITS);
      root =
          root.multiply(BigDecimal.valueOf(degree - 1L), DIGITS)
              .add(quotient, DIGITS)
              .divide(BigDecimal.valueOf(degree), DIGITS);
    }
    return of.signum() < 0 ? root.negate() : root;
  }

  @Override
  public BigDecimal sin(BigDecimal of) {
    throw givesUp();
  }

  @Override
  public BigDecimal cos(BigDecimal of) {
    throw givesUp();
  }

  @Override
  public BigDecimal asin(BigDecimal of) {
    throw givesUp();
  }

  @Override
  public BigDecimal acos(BigDecimal of) {
    throw givesUp();
  }

  @Override
  public BigDecimal atan(BigDecimal of) {
    throw givesUp();
  }

  @Override
  public BigDecimal abs(BigDecimal of) {
    return of.abs();
  }

  @Override
  public double real(BigDecimal of) {
    return of.doubleValue();
  }

  @Override
  public double imaginary(BigDecimal of) {
    return 0;
  }
}
