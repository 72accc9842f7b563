package io.braid.math.compare;

import io.braid.math.value.Equivalence;
import io.braid.math.value.Exact;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Num;
import io.braid.math.value.Expr.Operation;
import io.braid.math.value.Rational;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts, by kind, the calculation steps that an expression leaves undone, and lists the functions
 * that are still to be applied.
 */
final class Steps {
  /** Kinds of steps. */
  enum Kind {
    /** Numbers, or multiples of one root, that are not added up. */
    ADDITION("terms to be added up", true, false),
    /** Numbers that are not multiplied. */
    MULTIPLICATION("numbers to be multiplied", true, false),
    /** A division of fractions, or a division of decimals with a finite result. */
    DIVISION("a division", true, false),
    /** The square of a sum or of a root. */
    SQUARE("a power of a sum", true, false),
    /** A fraction that is not in lowest terms. */
    REDUCTION("a fraction that is not in lowest terms", false, false),
    /** A root, a power, a factorial or a binomial coefficient that is a small number. */
    SMALL("a power, a root or a coefficient that is a small number", true, false),
    /** A power of a number with a whole exponent. */
    POWER("a power", false, false),
    /** A root with a rational value. */
    ROOT("a root", false, false),
    /** A factorial or a binomial coefficient. */
    COUNT("a factorial or a binomial coefficient", false, false),
    /** A root with an irrational value; an answer may have as many as the reference. */
    SURD("roots to be put together", false, true),
    /** A term of a sum; an answer may have as many as the reference. */
    TERM("terms to be put together", false, true),
    /** A denominator that is a sum or contains i. */
    DENOMINATOR("a denominator to be cleared", false, true);

    private final String what;
    private final boolean always;
    private final boolean ofShape;

    Kind(String what, boolean always, boolean ofShape) {
      this.what = what;
      this.always = always;
      this.ofShape = ofShape;
    }

    String what() {
      return what;
    }

    /** Returns whether the lenient comparison also requires this step to be done. */
    boolean always() {
      return always;
    }

    /**
     * Returns whether the step is ignored if the reference is a rounded number or a function value.
     */
    boolean ofShape() {
      return ofShape;
    }
  }

  /**
   * A step of a calculation.
   *
   * @param kind kind of the step
   * @param of the base, for powers, since powers of 2 and powers of 4 are different forms
   */
  record Step(Kind kind, String of) {}

  private static final int LARGEST_ROOT = 40;

  /**
   * Closed forms, such as powers and factorials, must be worked out if their value has at most this
   * number of bits, that is, if it is below 16,384.
   */
  private static final int SMALL_BITS = 14;

  private final boolean formula;
  private final Map<Step, Integer> counts = new HashMap<>();
  private final Set<Operation> functions = EnumSet.noneOf(Operation.class);

  private Steps(boolean formula) {
    this.formula = formula;
  }

  /**
   * Collects the steps that are left.
   *
   * @param formula whether the expression is compared as a formula; then only arithmetic steps
   *     count, because formulas have many acceptable forms
   */
  static Steps of(Expr expr, boolean formula) {
    Steps steps = new Steps(formula);
    steps.collect(expr);
    return steps;
  }

  Map<Step, Integer> counts() {
    return counts;
  }

  Set<Operation> functions() {
    return functions;
  }

  private void add(Kind kind, int times) {
    add(kind, "", times);
  }

  private void add(Kind kind, String of, int times) {
    boolean kept =
        !formula
            || kind.always()
            || kind == Kind.ROOT; // other steps are ordinary parts of formulas
    if (kept && times > 0) {
      counts.merge(new Step(kind, of), times, Integer::sum);
    }
  }

  /**
   * Adds the step for a closed form, and a second step if its value is a small number; large
   * numbers may stay in closed form.
   */
  private void add(Kind kind, String of, Expr closed) {
    boolean small =
        Exact.value(closed)
            .filter(value ->
                value.numerator().bitLength() <= SMALL_BITS
                    && value.denominator().bitLength() <= SMALL_BITS)
            .isPresent();
    add(kind, of, 1);
    if (small && !formula) {
      add(Kind.SMALL, kind + of, 1);
    }
  }

  private void collect(Expr expr) {
    if (isScientific(expr)) {
      return;
    }
    switch (expr) {
      case Expr.Sum(List<Expr> terms) -> sum(terms);
      case Expr.Product(List<Expr> factors) ->
          add(Kind.MULTIPLICATION, (int) factors.stream().filter(Steps::isNumeral).count() - 1);
      case Expr.Quotient(Expr above, Expr below) -> quotient(above, below);
      case Expr.Power(Expr base, Expr exponent) -> power(base, exponent);
      case Expr.Call(Operation operation, List<Expr> arguments) -> call(expr, operation, arguments);
      default -> {}
    }
    boolean fraction =
        expr instanceof Expr.Quotient(Expr above, Expr below)
            && isNumeral(above)
            && isNumeral(below);
    if (!fraction) {
      expr.parts().forEach(this::collect);
    }
  }

  private void sum(List<Expr> terms) {
    Set<String> kinds = new HashSet<>();
    int alike = 0;
    int count = 0;
    for (Expr term : terms) {
      if (Exact.value(term).filter(value -> value.signum() == 0).isPresent()) {
        continue;
      }
      count++;
      Optional<String> kind = Surds.kind(term);
      boolean counted = kind.isPresent() && (!formula || kind.get().equals(Surds.RATIONAL));
      alike += counted && !kinds.add(kind.get()) ? 1 : 0;
    }
    add(Kind.ADDITION, alike);
    add(Kind.TERM, count - 1);
  }

  private void quotient(Expr above, Expr below) {
    if (isNumeral(above) && isNumeral(below)) {
      fraction(above, below);
      return;
    }
    BigInteger common = coefficient(above).gcd(coefficient(below));
    add(Kind.REDUCTION, common.bitLength() > 1 ? 1 : 0);
    boolean unclear = bare(below) instanceof Expr.Sum || holdsI(below);
    add(Kind.DENOMINATOR, unclear ? 1 : 0);
  }

  private void fraction(Expr above, Expr below) {
    Optional<Rational> value = Exact.value(new Expr.Quotient(above, below));
    boolean nested = bare(above) instanceof Expr.Quotient || bare(below) instanceof Expr.Quotient;
    boolean whole = value.isPresent() && value.get().isWhole();
    boolean wholes = isWhole(above) && isWhole(below);
    if (nested || whole && !wholes) {
      add(Kind.DIVISION, 1);
      return;
    }
    boolean lowest =
        wholes && !whole && coefficient(above).gcd(coefficient(below)).equals(BigInteger.ONE);
    add(Kind.REDUCTION, lowest ? 0 : 1);
  }

  private void power(Expr base, Expr exponent) {
    if (!Work.isConstant(base) || !(bare(exponent) instanceof Num(Rational times, _, _))) {
      boolean fractional = Exact.value(exponent).filter(value -> !value.isWhole()).isPresent();
      add(Kind.SURD, fractional ? 1 : 0);
      return;
    }
    if (!times.isWhole()) {
      add(Kind.SURD, 1);
    } else if (isNumeral(base)) {
      Expr power = new Expr.Power(base, exponent);
      add(Kind.POWER, Exact.value(base).map(Rational::toString).orElse(""), power);
    } else if (bare(base) instanceof Expr.Sum
        || base == Expr.Constant.I
        || base instanceof Expr.Call(Operation operation, _) && operation == Operation.SQRT) {
      add(Kind.SQUARE, 1);
    }
  }

  private void call(Expr call, Operation operation, List<Expr> arguments) {
    switch (operation) {
      case SQRT, ROOT -> {
        boolean number = arguments.stream().allMatch(Steps::isNumeral);
        if (number && comesOut(call, arguments)) {
          add(Kind.ROOT, "", Exact.value(call).isPresent() ? call : arguments.getFirst());
        } else {
          add(Kind.SURD, 1);
        }
      }
      case FACTORIAL, BINOMIAL -> add(Kind.COUNT, "", call);
      case EXP -> {}
      default -> {
        if (!formula || Work.isConstant(call)) {
          functions.add(operation == Operation.LOG ? Operation.LN : operation);
        }
      }
    }
  }

  private static boolean comesOut(Expr call, List<Expr> arguments) {
    if (Exact.value(call).isPresent()) {
      return true;
    }
    int degree =
        arguments.size() < 2
            ? 0
            : Exact.value(arguments.getLast()).map(d -> d.asInt().orElse(0)).orElse(0);
    Optional<Rational> under = Exact.value(arguments.getFirst()).filter(Rational::isWhole);
    Optional<Double> root = Equivalence.real(call);
    return degree > 1
        && degree <= LARGEST_ROOT
        && under.isPresent()
        && root.filter(value -> Math.abs(value) < 1e9).isPresent()
        && BigInteger.valueOf(Math.round(root.get())).pow(degree).equals(under.get().numerator());
  }

  /** Returns whether the expression is in scientific notation, {@code 3 × 10^8}. */
  private static boolean isScientific(Expr expr) {
    return expr instanceof Expr.Product(List<Expr> factors)
        && factors.size() == 2
        && bare(factors.getFirst()) instanceof Num
        && factors.getLast() instanceof Expr.Power(Expr base, Expr exponent)
        && base.equals(Num.of(10))
        && bare(exponent) instanceof Num;
  }

  /**
   * Returns whether the expression is a number, a fraction of two numbers, or the negative of one.
   */
  static boolean isNumeral(Expr expr) {
    return switch (bare(expr)) {
      case Num _ -> true;
      case Expr.Quotient(Expr above, Expr below) ->
          bare(above) instanceof Num && bare(below) instanceof Num;
      case Expr other -> isScientific(other);
    };
  }

  static boolean isWhole(Expr expr) {
    return bare(expr) instanceof Num(Rational value, int decimals, _)
        && decimals == Expr.EXACT
        && value.isWhole();
  }

  /** Returns the integer factor of a term, or 1. */
  private static BigInteger coefficient(Expr expr) {
    return switch (bare(expr)) {
      case Num(Rational value, _, _) when value.isWhole() && value.signum() != 0 ->
          value.numerator().abs();
      case Expr.Product(List<Expr> factors) when isWhole(factors.getFirst()) ->
          coefficient(factors.getFirst());
      default -> BigInteger.ONE;
    };
  }

  private static Expr bare(Expr expr) {
    return expr instanceof Expr.Negative(Expr of) ? bare(of) : expr;
  }

  private static boolean holdsI(Expr expr) {
    return expr == Expr.Constant.I || expr.parts().stream().anyMatch(Steps::holdsI);
  }
}
