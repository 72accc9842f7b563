package io.braid.verify.math;

import io.braid.task.Rational;
import io.braid.verify.math.DoubleArithmetic.Complex;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apfloat.Apcomplex;

/**
 * Whether two expressions have the same value: by their structure, exactly where both are
 * fractions, and else by their values at points, first as doubles, which tell most different
 * expressions apart; constants that look alike then with {@value PreciseArithmetic#DIGITS} digits.
 */
final class Equivalence {
  private static final DoubleArithmetic FAST = new DoubleArithmetic();
  private static final RealArithmetic REAL = new RealArithmetic();
  private static final PreciseArithmetic PRECISE = new PreciseArithmetic();

  /** Doubles further apart are of different numbers. */
  private static final double CLEARLY = 1e-8;

  /** As many agreeing points say that two expressions with variables are equal. */
  private static final int ENOUGH_POINTS = 3;

  /** Larger expressions are left to doubles. */
  private static final int LARGEST_PRECISE = 60;

  private Equivalence() {}

  private enum Outcome {
    EQUAL,
    DIFFERENT,
    UNKNOWN
  }

  static boolean equal(Expr a, Expr b) {
    if (a.equals(b)) {
      return true;
    }
    if (a instanceof Expr.Matrix left && b instanceof Expr.Matrix right) {
      return matrices(left, right);
    }
    if (a instanceof Expr.Matrix || b instanceof Expr.Matrix) {
      return false;
    }
    Set<String> variables = variables(a);
    variables.addAll(variables(b));
    return variables.isEmpty() ? constants(a, b) : formulas(a, b, variables);
  }

  static Set<String> variables(Expr expr) {
    Set<String> names = new HashSet<>();
    collect(expr, names);
    return names;
  }

  private static void collect(Expr expr, Set<String> names) {
    if (expr instanceof Expr.Symbol(String name) && !name.equals("log")) {
      names.add(name);
    }
    expr.parts().forEach(part -> collect(part, names));
  }

  private static boolean matrices(Expr.Matrix a, Expr.Matrix b) {
    if (a.rows().size() != b.rows().size() || a.columns() != b.columns()) {
      return false;
    }
    List<Expr> left = a.parts();
    List<Expr> right = b.parts();
    for (int i = 0; i < left.size(); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean constants(Expr a, Expr b) {
    return at(Map.of(), a, b, false, true) == Outcome.EQUAL;
  }

  private static boolean formulas(Expr a, Expr b, Set<String> variables) {
    boolean real = !containsI(a) && !containsI(b);
    List<Map<String, Rational>> points = Points.of(variables);
    return agree(a, b, points, real)
        .orElseGet(() -> real && agree(a, b, points, false).orElse(false));
  }

  /** Whether the values agree wherever both are defined; empty when that is nowhere. */
  private static Optional<Boolean> agree(
      Expr a, Expr b, List<Map<String, Rational>> points, boolean real) {
    int agreeing = 0;
    for (Map<String, Rational> point : points) {
      Outcome outcome = at(point, a, b, real, false);
      if (outcome == Outcome.DIFFERENT) {
        return Optional.of(false);
      }
      agreeing += outcome == Outcome.EQUAL ? 1 : 0;
    }
    return agreeing >= ENOUGH_POINTS ? Optional.of(true) : Optional.empty();
  }

  private static Outcome at(
      Map<String, Rational> point, Expr a, Expr b, boolean real, boolean precisely) {
    Optional<Rational> left = Exact.value(a, point);
    Optional<Rational> right = left.isEmpty() ? left : Exact.value(b, point);
    if (left.isPresent() && right.isPresent()) {
      return left.get().equals(right.get()) ? Outcome.EQUAL : Outcome.DIFFERENT;
    }
    var x = Evaluation.at(point, a, FAST);
    var y = x.isEmpty() ? x : Evaluation.at(point, b, FAST);
    if (x.isEmpty() || y.isEmpty()) {
      return Outcome.UNKNOWN;
    }
    if (real && (x.get().leftReals() || y.get().leftReals())) {
      return Outcome.UNKNOWN;
    }
    double largest = Math.max(x.get().largest(), y.get().largest());
    double size = Math.max(size(x.get().value()), size(y.get().value()));
    double apart = apart(x.get().value(), y.get().value());
    if (apart > CLEARLY * size && apart > 1e-10 * largest) {
      return Outcome.DIFFERENT;
    }
    if (precisely && count(a) + count(b) <= LARGEST_PRECISE) {
      return precisely(a, b, largest);
    }
    return apart <= 1e-11 * largest ? Outcome.EQUAL : Outcome.UNKNOWN;
  }

  /** With many digits: in real arithmetic, or where that gives up in complex. */
  private static Outcome precisely(Expr a, Expr b, double largest) {
    var x = Evaluation.at(Map.of(), a, REAL);
    var y = x.isEmpty() ? x : Evaluation.at(Map.of(), b, REAL);
    if (x.isPresent() && y.isPresent()) {
      BigDecimal difference = x.get().value().subtract(y.get().value());
      return close(difference.doubleValue(), x.get().value().doubleValue(), largest);
    }
    var z = Evaluation.at(Map.of(), a, PRECISE);
    var w = z.isEmpty() ? z : Evaluation.at(Map.of(), b, PRECISE);
    if (z.isEmpty() || w.isEmpty()) {
      return Outcome.UNKNOWN;
    }
    Apcomplex difference = z.get().value().subtract(w.get().value());
    return close(size(difference), size(z.get().value()), largest);
  }

  private static Outcome close(double apart, double size, double largest) {
    boolean equal = Math.abs(apart) <= 1e-25 * Math.abs(size) || Math.abs(apart) <= 1e-28 * largest;
    return equal ? Outcome.EQUAL : Outcome.DIFFERENT;
  }

  private static double size(Apcomplex value) {
    return Math.hypot(PRECISE.real(value), PRECISE.imaginary(value));
  }

  private static double size(Complex value) {
    return Math.hypot(value.re(), value.im());
  }

  private static double apart(Complex a, Complex b) {
    return Math.hypot(a.re() - b.re(), a.im() - b.im());
  }

  private static boolean containsI(Expr expr) {
    return expr == Expr.Constant.I || expr.parts().stream().anyMatch(Equivalence::containsI);
  }

  private static int count(Expr expr) {
    int count = 1;
    for (Expr part : expr.parts()) {
      count += count(part);
    }
    return count;
  }

  /** The real value of an expression without variables, when it has one. */
  static Optional<Double> real(Expr expr) {
    return real(expr, Map.of());
  }

  /** The real value at a point. */
  static Optional<Double> real(Expr expr, Map<String, Rational> point) {
    Optional<Rational> exact = Exact.value(expr, point);
    if (exact.isPresent()) {
      return exact.map(DoubleArithmetic::toDouble);
    }
    return Evaluation.at(point, expr, FAST)
        .map(Evaluation.Outcome::value)
        .filter(value -> Math.abs(value.im()) <= 1e-12 * Math.abs(value.re()))
        .map(Complex::re);
  }

  /** A double value, real or not. */
  static Optional<Complex> complex(Expr expr, Map<String, Rational> point) {
    Optional<Rational> exact = Exact.value(expr, point);
    return exact.isPresent()
        ? exact.map(FAST::of)
        : Evaluation.at(point, expr, FAST).map(Evaluation.Outcome::value);
  }
}
