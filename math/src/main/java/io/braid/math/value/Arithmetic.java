package io.braid.math.value;

/**
 * Complex arithmetic at a certain precision.
 *
 * @param <V> a complex number
 */
interface Arithmetic<V> {
  /** Returns the relative rounding error of one operation. */
  double unit();

  V of(Rational value);

  V pi();

  V i();

  V plus(V a, V b);

  V times(V a, V b);

  V dividedBy(V a, V b);

  V power(V base, V exponent);

  V power(V base, int exponent);

  V exp(V of);

  V log(V of);

  V sqrt(V of);

  V root(V of, int degree);

  V sin(V of);

  V cos(V of);

  V asin(V of);

  V acos(V of);

  V atan(V of);

  /** Returns the absolute value, as a complex number. */
  V abs(V of);

  /** Returns the real part as a double, which is enough to check signs and sizes. */
  double real(V of);

  double imaginary(V of);
}
