package io.braid.math.compare;

import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Num;
import io.braid.math.value.Expr.Operation;
import java.util.ArrayList;
import java.util.List;

/** Handles logarithms without a base, which may be natural logarithms or have base 10. */
final class Logarithms {
  private static final Expr NO_BASE = new Expr.Symbol("log");

  private Logarithms() {}

  static boolean lackBase(Expr expr) {
    return expr.equals(NO_BASE) || expr.parts().stream().anyMatch(Logarithms::lackBase);
  }

  /** Returns the expression with base 10 in place of every missing base. */
  static Expr decimal(Expr expr) {
    if (!lackBase(expr)) {
      return expr;
    }
    return switch (expr) {
      case Expr.Sum(List<Expr> terms) -> new Expr.Sum(decimal(terms));
      case Expr.Product(List<Expr> factors) -> new Expr.Product(decimal(factors));
      case Expr.Quotient(Expr above, Expr below) ->
          new Expr.Quotient(decimal(above), decimal(below));
      case Expr.Negative(Expr of) -> new Expr.Negative(decimal(of));
      case Expr.Power(Expr base, Expr exponent) -> new Expr.Power(decimal(base), decimal(exponent));
      case Expr.Call(Operation operation, List<Expr> arguments) ->
          new Expr.Call(operation, decimal(arguments));
      case Expr.Symbol _ -> Num.of(10);
      default -> expr;
    };
  }

  private static List<Expr> decimal(List<Expr> parts) {
    List<Expr> decimal = new ArrayList<>();
    parts.forEach(part -> decimal.add(decimal(part)));
    return decimal;
  }
}
