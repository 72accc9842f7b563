package io.braid.math.value;

import io.braid.math.value.DoubleArithmetic.Complex;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether two expressions have the same value. Expressions with the same structure are
 * equal, and two rational numbers are compared exactly. Otherwise values are compared at points:
 * first as doubles, which distinguish most different expressions; constants that are still equal
 * are then compared with {@value PreciseArithmetic#DIGITS} digits.
 */
public final class Equivalence {
  private static final DoubleArithmetic FAST = new DoubleArithmetic();
  private static final RealArithmetic REAL = new RealArithmetic();
  private static final PreciseArithmetic PRECISE = new PreciseArithmetic();

  /** Safety factor for the error bounds, which are only estimates. */
  private static final double SAFETY = 4;

  /** A value with a larger relative error cannot show that two values are equal. */
  private static final double WELL_KNOWN = 1e-9;

  private static final double FAST_ZERO = 1e-12;
  private static final double PRECISE_ZERO = 1e-25;

  /** Two expressions with variables are equal if they agree at this many points. */
  private static final int ENOUGH_POINTS = 3;

  /** Expressions with more nodes are compared as doubles only. */
  private static final int LARGEST_PRECISE = 60;

  /** Functions that may agree at many points and differ at others. */
  private static final Set<Expr.Operation> STEPS =
      EnumSet.of(
          Expr.Operation.FLOOR,
          Expr.Operation.CEIL,
          Expr.Operation.GCD,
          Expr.Operation.LCM,
          Expr.Operation.MAX,
          Expr.Operation.MIN);

  private Equivalence() {}

  private enum Outcome {
    EQUAL,
    DIFFERENT,
    UNKNOWN
  }

  /** Returns whether two expressions have the same value wherever both are defined. */
  public static boolean equal(Expr a, Expr b) {
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

  /** Returns the names of the variables in an expression, as a new set. */
  public static Set<String> variables(Expr expr) {
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
    List<Map<String, Rational>> points = new ArrayList<>(Points.of(variables));
    if (hasSteps(a) || hasSteps(b)) {
      points.addAll(Points.ofSteps(variables));
    }
    return agree(a, b, points, real)
        .orElseGet(() -> real && agree(a, b, points, false).orElse(false));
  }

  private static boolean hasSteps(Expr expr) {
    return expr instanceof Expr.Call(Expr.Operation operation, _) && STEPS.contains(operation)
        || expr.parts().stream().anyMatch(Equivalence::hasSteps);
  }

  /**
   * Returns whether the values agree wherever both are defined; empty if they are defined nowhere
   * together.
   */
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
    Outcome fast = compared(point, a, b, FAST, real, FAST_ZERO);
    boolean more = precisely && fast != Outcome.DIFFERENT;
    return more && count(a) + count(b) <= LARGEST_PRECISE ? precisely(a, b) : fast;
  }

  /**
   * Compares with many digits, in real arithmetic if possible and otherwise in complex arithmetic.
   */
  private static Outcome precisely(Expr a, Expr b) {
    Outcome outcome = compared(Map.of(), a, b, REAL, false, PRECISE_ZERO);
    return outcome == Outcome.UNKNOWN
        ? compared(Map.of(), a, b, PRECISE, false, PRECISE_ZERO)
        : outcome;
  }

  /**
   * Compares the values at a point. They are different if their distance exceeds their error
   * bounds. Otherwise they are equal if both are known accurately enough. A value of 0 has no
   * relative error; its error must be at most {@code zero}.
   */
  private static <V> Outcome compared(
      Map<String, Rational> point,
      Expr a,
      Expr b,
      Arithmetic<V> arithmetic,
      boolean real,
      double zero) {
    var x = Evaluation.at(point, a, arithmetic);
    var y = x.isEmpty() ? x : Evaluation.at(point, b, arithmetic);
    if (x.isEmpty() || y.isEmpty() || real && (x.get().leftReals() || y.get().leftReals())) {
      return Outcome.UNKNOWN;
    }
    V left = x.get().value();
    V right = y.get().value();
    double error = SAFETY * (x.get().error() + y.get().error());
    double apart = size(arithmetic, arithmetic.plus(left, negative(arithmetic, right)));
    if (apart > error) {
      return Outcome.DIFFERENT;
    }
    double size = Math.max(size(arithmetic, left), size(arithmetic, right));
    boolean known = error <= WELL_KNOWN * size || error <= zero && (isZero(a) || isZero(b));
    return known ? Outcome.EQUAL : Outcome.UNKNOWN;
  }

  private static <V> V negative(Arithmetic<V> arithmetic, V value) {
    return arithmetic.times(arithmetic.of(Rational.of(-1)), value);
  }

  private static <V> double size(Arithmetic<V> arithmetic, V value) {
    return Math.hypot(arithmetic.real(value), arithmetic.imaginary(value));
  }

  private static boolean isZero(Expr expr) {
    return Exact.value(expr).filter(value -> value.signum() == 0).isPresent();
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

  /** Returns the real value of an expression without variables, if it has one. */
  public static Optional<Double> real(Expr expr) {
    return real(expr, Map.of());
  }

  /** Returns the real value at a point, if there is one. */
  public static Optional<Double> real(Expr expr, Map<String, Rational> point) {
    Optional<Rational> exact = Exact.value(expr, point);
    if (exact.isPresent()) {
      return exact.map(DoubleArithmetic::toDouble);
    }
    return Evaluation.at(point, expr, FAST)
        .filter(Equivalence::isKnown)
        .map(Evaluation.Outcome::value)
        .filter(value -> Math.abs(value.im()) <= 1e-12 * Math.abs(value.re()))
        .map(Complex::re);
  }

  /** Returns the complex value at a point, as doubles, if there is one. */
  public static Optional<Complex> complex(Expr expr, Map<String, Rational> point) {
    Optional<Rational> exact = Exact.value(expr, point);
    return exact.isPresent()
        ? exact.map(FAST::of)
        : Evaluation.at(point, expr, FAST)
            .filter(Equivalence::isKnown)
            .map(Evaluation.Outcome::value);
  }

  private static boolean isKnown(Evaluation.Outcome<Complex> outcome) {
    return outcome.error() <= Math.max(WELL_KNOWN * size(FAST, outcome.value()), FAST_ZERO);
  }
}
