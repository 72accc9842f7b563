package io.braid.math.value;

import io.braid.math.value.Expr.Num;
import io.braid.math.value.Expr.Operation;
import java.util.List;

/** Expressions for tests, made by hand. */
final class Trees {
  static final Expr X = new Expr.Symbol("x");

  private Trees() {}

  static Expr n(long value) {
    return Num.of(value);
  }

  static Expr sum(Expr... terms) {
    return new Expr.Sum(List.of(terms));
  }

  static Expr product(Expr... factors) {
    return new Expr.Product(List.of(factors));
  }

  static Expr quotient(Expr above, Expr below) {
    return new Expr.Quotient(above, below);
  }

  static Expr power(Expr base, Expr exponent) {
    return new Expr.Power(base, exponent);
  }

  static Expr call(Operation operation, Expr... arguments) {
    return new Expr.Call(operation, List.of(arguments));
  }

  static Expr sqrt(Expr of) {
    return call(Operation.SQRT, of);
  }

  static Expr minus(Expr of) {
    return new Expr.Negative(of);
  }
}
