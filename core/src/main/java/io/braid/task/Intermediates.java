package io.braid.task;

import io.braid.math.value.Rational;

/** Which values the parts of a solution may have, when solutions are enumerated. */
public enum Intermediates {
  /** Every part has a whole value above 0, as in the television game. */
  POSITIVE,
  /** Every exact value, negative or fractional; only division by 0 is out. */
  ANY;

  boolean allow(Rational value) {
    return this == ANY || (value.isWhole() && value.signum() > 0);
  }

  /** Whether every part of the expression has an allowed value. */
  boolean allow(Expression expression) {
    return switch (expression) {
      case Expression.Literal(int number) -> allow(Rational.of(number));
      case Expression.Binary(Operator _, Expression left, Expression right) ->
          allow(left) && allow(right) && expression.value().filter(this::allow).isPresent();
    };
  }
}
