package io.braid.math.compare;

import static io.braid.math.compare.Comparison.EQUAL;
import static io.braid.math.compare.Comparison.different;

import io.braid.math.read.Units;
import io.braid.math.read.WordText;
import io.braid.math.value.Answer;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Exact;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Num;
import io.braid.math.value.Rational;
import java.util.List;
import java.util.Optional;

/** Compares two values: numbers, formulas and matrices, with their units. */
final class ValueComparison {
  private final Tolerance tolerance;

  ValueComparison(Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  /** Compares two values; the outcome is never undecided. */
  Comparison compare(Answer.Value gold, Answer.Value given) {
    Optional<String> objection =
        units(unit(gold), unit(given))
            .or(() -> form(withoutDegrees(gold.expr()), withoutDegrees(given.expr())));
    if (objection.isPresent()) {
      return different(objection.get());
    }
    if (equal(gold.expr(), given.expr())) {
      return EQUAL;
    }
    if (!Equivalence.variables(gold.expr()).isEmpty()) {
      return different("another formula");
    }
    boolean finer = Decimal.rounds(gold.expr(), given.expr(), Tolerance.LENIENT);
    return different(
        finer
            ? "equal when rounded: strict requires the same decimal or the exact value"
            : "another value");
  }

  /** Returns the unit of a value; the signs for degrees and percent count as units. */
  private static String unit(Answer.Value value) {
    if (!value.unit().isEmpty()) {
      return value.unit();
    }
    if (value.expr() instanceof Expr.Product(List<Expr> factors)
        && factors.size() == 2
        && factors.getFirst() instanceof Num
        && factors.getLast() instanceof Expr.Symbol(String name)
        && Units.isLetter(name)) {
      return name;
    }
    return value.expr() instanceof Expr.Degrees
        ? "degree"
        : value.expr() instanceof Expr.Percent ? "percent" : "";
  }

  /**
   * Returns the reason why the units do not match, or empty if they do. A unit may be missing, but
   * known units must be equal.
   */
  private Optional<String> units(String gold, String given) {
    String left = Units.canonical(gold);
    String right = Units.canonical(given);
    boolean radians = (left + right).contains("radian");
    if (!left.isEmpty() && !right.isEmpty()) {
      return left.equals(right) || radians || Units.differInRemarks(gold, given)
          ? Optional.empty()
          : Optional.of("another unit");
    }
    boolean letter = given.strip().length() == 1 || gold.strip().length() == 1;
    boolean both = !gold.isBlank() && !given.isBlank() && (letter || !tolerance.lenient());
    if (both && !Units.areRelated(gold, given)) {
      return Optional.of("another unit");
    }
    boolean explained =
        given.isBlank()
            || !right.isEmpty()
            || WordText.key(given).equals(WordText.key(gold))
            || WordText.key(given).equals("unit")
            || WordText.key(given).equals("units")
            || Units.isNoun(given);
    return tolerance.lenient() || explained
        ? Optional.empty()
        : Optional.of("words that are no unit: " + given);
  }

  private boolean equal(Expr gold, Expr given) {
    if (gold instanceof Expr.Matrix left && given instanceof Expr.Matrix right) {
      return matrices(left, right);
    }
    Expr a = withoutDegrees(gold);
    Expr b = withoutDegrees(given);
    if (same(a, b) || percent(a, b) || Decimal.rounds(a, b, tolerance) || Decimal.isNoise(a, b)) {
      return true;
    }
    Expr bareGold = withoutUnitLetter(a, b);
    Expr bareGiven = withoutUnitLetter(b, a);
    return bases(a, b)
        || tolerance.lenient()
            && (same(bareGold, bareGiven)
                || Decimal.rounds(bareGold, bareGiven, tolerance)
                || angle(gold, given));
  }

  private boolean same(Expr a, Expr b) {
    boolean anyBase = (Logarithms.lackBase(a) || Logarithms.lackBase(b)) && !a.equals(b);
    return Equivalence.equal(a, b)
        && (!anyBase || Equivalence.equal(Logarithms.decimal(a), Logarithms.decimal(b)));
  }

  private boolean matrices(Expr.Matrix a, Expr.Matrix b) {
    List<Expr> left = a.parts();
    List<Expr> right = b.parts();
    if (a.rows().size() != b.rows().size() || a.columns() != b.columns()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static Expr withoutDegrees(Expr expr) {
    return switch (expr) {
      case Expr.Degrees(Expr of) -> of;
      case Expr.Negative(Expr.Degrees(Expr of)) -> new Expr.Negative(of);
      case Expr.Product(List<Expr> factors)
          when factors.size() == 2
              && factors.getFirst() instanceof Expr.Degrees(Expr of)
              && factors.getLast() instanceof Expr.Symbol(String name)
              && (name.equals("C") || name.equals("F")) ->
          of;
      default -> expr;
    };
  }

  /**
   * Returns whether one side is in degrees and the other in radians, and both are the same angle.
   */
  private static boolean angle(Expr gold, Expr given) {
    boolean one = gold instanceof Expr.Degrees != given instanceof Expr.Degrees;
    return one && holdsPi(gold) != holdsPi(given) && Equivalence.equal(gold, given);
  }

  private static boolean holdsPi(Expr expr) {
    return expr == Expr.Constant.PI || expr.parts().stream().anyMatch(ValueComparison::holdsPi);
  }

  /**
   * Returns whether one side is the other number written as a percentage: {@code 10\%} may mean 10
   * as well as 0.1.
   */
  private boolean percent(Expr gold, Expr given) {
    Expr a = gold instanceof Expr.Percent(Expr of) ? of : gold;
    Expr b = given instanceof Expr.Percent(Expr of) ? of : given;
    boolean one = gold instanceof Expr.Percent != given instanceof Expr.Percent;
    return one && (same(a, b) || Decimal.rounds(a, b, tolerance));
  }

  /**
   * Returns the number without following letters that may be units: {@code 6m}, {@code 6 m/s^2}.
   */
  private static Expr withoutUnitLetter(Expr expr, Expr other) {
    if (!Equivalence.variables(other).isEmpty()) {
      return expr;
    }
    Expr number =
        switch (expr) {
          case Expr.Quotient(Expr above, Expr below)
              when isUnit(below) && above.parts().stream().anyMatch(ValueComparison::isUnit) ->
              withoutUnitLetter(above, other);
          case Expr.Product(List<Expr> factors)
              when !isUnit(factors.getFirst())
                  && factors.stream().skip(1).anyMatch(ValueComparison::isUnit) ->
              product(factors.stream().filter(factor -> !isUnit(factor)).toList());
          default -> expr;
        };
    return Equivalence.variables(number).isEmpty() ? number : expr;
  }

  private static Expr product(List<Expr> factors) {
    return factors.size() == 1 ? factors.getFirst() : new Expr.Product(factors);
  }

  private static boolean isUnit(Expr expr) {
    return expr instanceof Expr.Symbol(String name) && Units.isLetter(name)
        || expr instanceof Expr.Power(Expr base, Num _) && isUnit(base);
  }

  /** Returns whether the digits are the same and one side has no base. */
  private static boolean bases(Expr gold, Expr given) {
    Optional<String> left = digits(gold);
    return left.isPresent()
        && left.equals(digits(given))
        && gold instanceof Expr.Based != given instanceof Expr.Based;
  }

  private static Optional<String> digits(Expr expr) {
    return switch (expr) {
      case Expr.Based(String digits, _) -> Optional.of(digits);
      case Num(Rational value, int decimals, _) when decimals == Expr.EXACT ->
          Optional.of(value.toString());
      default -> Optional.empty();
    };
  }

  /**
   * Returns the reason why the answer is not in a finished form, such as {@code 2+3} for 5; empty
   * if it is.
   */
  private Optional<String> form(Expr gold, Expr given) {
    boolean oneBased = gold instanceof Expr.Based != given instanceof Expr.Based;
    boolean based = given instanceof Expr.Based || !digits(gold).equals(digits(given));
    if (oneBased && based) {
      return Optional.of("in another base");
    }
    Optional<String> undone = Work.undone(gold, given, tolerance.lenient());
    if (undone.isPresent() || tolerance.lenient()) {
      return undone;
    }
    boolean rounded = Decimal.of(gold).isPresent() && Exact.value(given).isEmpty();
    return isNumber(gold) && !isNumber(given) && !rounded
        ? Optional.of("not worked out to a number")
        : Optional.empty();
  }

  /**
   * Returns whether the expression is a numeral, a fraction of numerals, or a numeral times a power
   * of ten.
   */
  private static boolean isNumber(Expr expr) {
    return switch (expr) {
      case Num _, Expr.Based _ -> true;
      case Expr.Negative(Expr of) -> isNumber(of);
      case Expr.Percent(Expr of) -> isNumber(of);
      case Expr.Degrees(Expr of) -> isNumber(of);
      case Expr.Quotient(Expr above, Expr below) -> isPlain(above) && isPlain(below);
      case Expr.Product(List<Expr> factors) ->
          factors.size() == 2
              && factors.getFirst() instanceof Num
              && isTenToPower(factors.getLast());
      default -> isTenToPower(expr);
    };
  }

  private static boolean isPlain(Expr expr) {
    return expr instanceof Num || expr instanceof Expr.Negative(Expr of) && of instanceof Num;
  }

  private static boolean isTenToPower(Expr expr) {
    return expr instanceof Expr.Power(Expr base, Expr exponent)
        && base.equals(Num.of(10))
        && isPlain(exponent);
  }
}
