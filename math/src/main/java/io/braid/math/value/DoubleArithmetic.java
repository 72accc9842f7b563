package io.braid.math.value;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Complex arithmetic in doubles: fast, and accurate enough to distinguish most different numbers.
 */
public final class DoubleArithmetic implements Arithmetic<DoubleArithmetic.Complex> {
  /**
   * A complex number.
   *
   * @param re the real part
   * @param im the imaginary part
   */
  public record Complex(double re, double im) {
    static Complex real(double value) {
      return new Complex(value, 0);
    }
  }

  @Override
  public double unit() {
    return 0x1p-52;
  }

  @Override
  public Complex of(Rational value) {
    return Complex.real(toDouble(value));
  }

  /** Returns the double nearest to a rational number, or one of its neighbours. */
  public static double toDouble(Rational value) {
    if (value.numerator().bitLength() < 50 && value.denominator().bitLength() < 50) {
      return (double) value.numerator().longValue() / value.denominator().longValue();
    }
    return new BigDecimal(value.numerator())
        .divide(new BigDecimal(value.denominator()), MathContext.DECIMAL64)
        .doubleValue();
  }

  @Override
  public Complex pi() {
    return Complex.real(Math.PI);
  }

  @Override
  public Complex i() {
    return new Complex(0, 1);
  }

  @Override
  public Complex plus(Complex a, Complex b) {
    return new Complex(a.re + b.re, a.im + b.im);
  }

  private static Complex minus(Complex a, Complex b) {
    return new Complex(a.re - b.re, a.im - b.im);
  }

  @Override
  public Complex times(Complex a, Complex b) {
    return new Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
  }

  @Override
  public Complex dividedBy(Complex a, Complex b) {
    if (b.im == 0) {
      return new Complex(a.re / b.re, a.im / b.re);
    }
    double size = b.re * b.re + b.im * b.im;
    return new Complex((a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size);
  }

  @Override
  public Complex power(Complex base, Complex exponent) {
    if (base.im == 0 && exponent.im == 0 && base.re > 0) {
      return Complex.real(Math.pow(base.re, exponent.re));
    }
    if (base.re == 0 && base.im == 0) {
      return Complex.real(exponent.re > 0 ? 0 : Double.NaN);
    }
    return exp(times(exponent, log(base)));
  }

  @Override
  public Complex power(Complex base, int exponent) {
    if (base.im == 0) {
      return Complex.real(Math.pow(base.re, exponent));
    }
    Complex result = Complex.real(1);
    Complex square = base;
    for (int left = Math.abs(exponent); left > 0; left >>= 1) {
      result = (left & 1) == 1 ? times(result, square) : result;
      square = times(square, square);
    }
    return exponent < 0 ? dividedBy(Complex.real(1), result) : result;
  }

  @Override
  public Complex exp(Complex of) {
    double size = Math.exp(of.re);
    return of.im == 0
        ? Complex.real(size)
        : new Complex(size * Math.cos(of.im), size * Math.sin(of.im));
  }

  @Override
  public Complex log(Complex of) {
    return new Complex(Math.log(Math.hypot(of.re, of.im)), Math.atan2(of.im, of.re));
  }

  @Override
  public Complex sqrt(Complex of) {
    if (of.im == 0) {
      return of.re >= 0 ? Complex.real(Math.sqrt(of.re)) : new Complex(0, Math.sqrt(-of.re));
    }
    return exp(times(Complex.real(0.5), log(of)));
  }

  @Override
  public Complex root(Complex of, int degree) {
    if (of.im == 0 && (of.re >= 0 || degree % 2 == 1)) {
      return Complex.real(Math.copySign(Math.pow(Math.abs(of.re), 1.0 / degree), of.re));
    }
    return exp(dividedBy(log(of), Complex.real(degree)));
  }

  @Override
  public Complex sin(Complex of) {
    return of.im == 0
        ? Complex.real(Math.sin(of.re))
        : new Complex(Math.sin(of.re) * Math.cosh(of.im), Math.cos(of.re) * Math.sinh(of.im));
  }

  @Override
  public Complex cos(Complex of) {
    return of.im == 0
        ? Complex.real(Math.cos(of.re))
        : new Complex(Math.cos(of.re) * Math.cosh(of.im), -Math.sin(of.re) * Math.sinh(of.im));
  }

  @Override
  public Complex asin(Complex of) {
    if (of.im == 0 && Math.abs(of.re) <= 1) {
      return Complex.real(Math.asin(of.re));
    }
    Complex root = sqrt(minus(Complex.real(1), times(of, of)));
    Complex log = log(plus(times(i(), of), root));
    return new Complex(log.im, -log.re);
  }

  @Override
  public Complex acos(Complex of) {
    return minus(Complex.real(Math.PI / 2), asin(of));
  }

  @Override
  public Complex atan(Complex of) {
    if (of.im == 0) {
      return Complex.real(Math.atan(of.re));
    }
    Complex rotated = times(i(), of);
    Complex log = minus(log(minus(Complex.real(1), rotated)), log(plus(Complex.real(1), rotated)));
    return times(new Complex(0, 0.5), log);
  }

  @Override
  public Complex abs(Complex of) {
    return Complex.real(Math.hypot(of.re, of.im));
  }

  @Override
  public double real(Complex of) {
    return of.re;
  }

  @Override
  public double imaginary(Complex of) {
    return of.im;
  }
}
