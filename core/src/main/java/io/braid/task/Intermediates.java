package io.braid.task;

import io.braid.math.value.Rational;

/** The values that intermediate results of a solution may have. */
public enum Intermediates {
  /** Positive integers only, as in the television game. */
  POSITIVE,
  /** Any exact value, negative or fractional; only division by 0 is excluded. */
  ANY;

  boolean allow(Rational value) {
    return this == ANY || (value.isWhole() && value.signum() > 0);
  }

  /** Returns whether all intermediate results of the expression have allowed values. */
  boolean allow(Expression expression) {
    return switch (expression) {
      case Expression.Literal(int number) -> allow(Rational.of(number));
      case Expression.Binary(Operator _, Expression left, Expression right) ->
          allow(left) && allow(right) && expression.value().filter(this::allow).isPresent();
    };
  }
}
