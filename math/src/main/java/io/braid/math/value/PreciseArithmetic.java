package io.braid.math.value;

import org.apfloat.Apcomplex;
import org.apfloat.ApcomplexMath;
import org.apfloat.Apfloat;
import org.apfloat.ApfloatMath;
import org.apfloat.Apint;

/** Complex arithmetic with enough digits to distinguish numbers that are equal as doubles. */
final class PreciseArithmetic implements Arithmetic<Apcomplex> {
  /** The number of decimal digits. */
  static final int DIGITS = 35;

  private static final Apfloat PI = ApfloatMath.pi(DIGITS);
  private static final Apcomplex I = new Apcomplex(Apfloat.ZERO, new Apfloat(1, DIGITS));
  private static final Apfloat ONE = new Apfloat(1, DIGITS);

  @Override
  public double unit() {
    return 1e-33;
  }

  @Override
  public Apcomplex of(Rational value) {
    return new Apfloat(value.numerator(), DIGITS).divide(new Apint(value.denominator()));
  }

  @Override
  public Apcomplex pi() {
    return PI;
  }

  @Override
  public Apcomplex i() {
    return I;
  }

  @Override
  public Apcomplex plus(Apcomplex a, Apcomplex b) {
    return a.add(b);
  }

  @Override
  public Apcomplex times(Apcomplex a, Apcomplex b) {
    return a.multiply(b);
  }

  @Override
  public Apcomplex dividedBy(Apcomplex a, Apcomplex b) {
    return a.divide(b);
  }

  @Override
  public Apcomplex power(Apcomplex base, Apcomplex exponent) {
    return ApcomplexMath.pow(base, exponent);
  }

  @Override
  public Apcomplex power(Apcomplex base, int exponent) {
    return ApcomplexMath.pow(base, (long) exponent);
  }

  @Override
  public Apcomplex exp(Apcomplex of) {
    return ApcomplexMath.exp(of);
  }

  @Override
  public Apcomplex log(Apcomplex of) {
    return ApcomplexMath.log(of);
  }

  @Override
  public Apcomplex sqrt(Apcomplex of) {
    return ApcomplexMath.sqrt(of);
  }

  @Override
  public Apcomplex root(Apcomplex of, int degree) {
    return of.imag().signum() == 0 && (of.real().signum() >= 0 || degree % 2 == 1)
        ? ApfloatMath.root(of.real(), degree)
        : ApcomplexMath.root(of, degree);
  }

  @Override
  public Apcomplex sin(Apcomplex of) {
    return ApcomplexMath.sin(of);
  }

  @Override
  public Apcomplex cos(Apcomplex of) {
    return ApcomplexMath.cos(of);
  }

  @Override
  public Apcomplex asin(Apcomplex of) {
    return ApcomplexMath.asin(of);
  }

  @Override
  public Apcomplex acos(Apcomplex of) {
    return ApcomplexMath.acos(of);
  }

  @Override
  public Apcomplex atan(Apcomplex of) {
    return ApcomplexMath.atan(of);
  }

  @Override
  public Apcomplex abs(Apcomplex of) {
    return ApcomplexMath.abs(of).multiply(ONE);
  }

  @Override
  public double real(Apcomplex of) {
    return of.real().doubleValue();
  }

  @Override
  public double imaginary(Apcomplex of) {
    return of.imag().doubleValue();
  }
}
