package io.braid.verify.math;

import io.braid.task.Rational;
import io.braid.verify.math.Expr.Num;
import io.braid.verify.math.Expr.Operation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The value of an expression at a point, and how it was reached.
 *
 * @param <V> a complex number
 */
final class Evaluation<V> {
  /** Beyond this, doubles tell nothing and more digits cost too much. */
  private static final double LARGEST = 1e150;

  private static final Rational HALF_TURN = Rational.of(180);
  private static final Rational HUNDRED = Rational.of(100);

  private final Arithmetic<V> arithmetic;
  private final Map<String, Rational> point;
  private double largest;
  private boolean leftReals;

  private Evaluation(Arithmetic<V> arithmetic, Map<String, Rational> point) {
    this.arithmetic = arithmetic;
    this.point = point;
  }

  /**
   * A value.
   *
   * @param value the value
   * @param largest the size of the largest number on the way
   * @param leftReals whether a root or a logarithm of a negative number was taken, or the like
   * @param <V> a complex number
   */
  record Outcome<V>(V value, double largest, boolean leftReals) {}

  /** The value, or empty where there is none. */
  static <V> Optional<Outcome<V>> at(
      Map<String, Rational> point, Expr expr, Arithmetic<V> arithmetic) {
    Evaluation<V> evaluation = new Evaluation<>(arithmetic, point);
    try {
      V value = evaluation.of(expr);
      return Optional.of(new Outcome<>(value, evaluation.largest, evaluation.leftReals));
    } catch (UndefinedException | ArithmeticException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static final class UndefinedException extends Exception {
    private static final long serialVersionUID = 1;

    UndefinedException() {
      super("undefined", null, false, false);
    }
  }

  private V of(Expr expr) throws UndefinedException {
    V value =
        switch (expr) {
          case Num(Rational number, _, _) -> arithmetic.of(number);
          case Expr.Based(_, Rational number) -> arithmetic.of(number);
          case Expr.Symbol(String name) -> variable(name);
          case Expr.Constant constant -> constant(constant);
          case Expr.Sum(List<Expr> terms) -> sum(terms);
          case Expr.Product(List<Expr> factors) -> product(factors);
          case Expr.Quotient(Expr above, Expr below) -> quotient(of(above), of(below));
          case Expr.Negative(Expr of) -> negative(of(of));
          case Expr.Power(Expr base, Expr exponent) -> power(base, exponent);
          case Expr.Percent(Expr of) -> quotient(of(of), arithmetic.of(HUNDRED));
          case Expr.Degrees(Expr of) ->
              quotient(arithmetic.times(of(of), arithmetic.pi()), arithmetic.of(HALF_TURN));
          case Expr.Call(Operation operation, List<Expr> arguments) -> call(operation, arguments);
          case Expr.Matrix _ -> throw new UndefinedException();
        };
    return bounded(value);
  }

  private V bounded(V value) throws UndefinedException {
    double size = Math.hypot(arithmetic.real(value), arithmetic.imaginary(value));
    if (!(size <= LARGEST)) {
      throw new UndefinedException();
    }
    largest = Math.max(largest, size);
    return value;
  }

  private V variable(String name) throws UndefinedException {
    Rational value = point.get(name);
    if (value == null) {
      throw new UndefinedException();
    }
    return arithmetic.of(value);
  }

  private V constant(Expr.Constant constant) throws UndefinedException {
    return switch (constant) {
      case PI -> arithmetic.pi();
      case E -> arithmetic.exp(arithmetic.of(Rational.ONE));
      case I -> arithmetic.i();
      case INFINITY -> throw new UndefinedException();
    };
  }

  private V sum(List<Expr> terms) throws UndefinedException {
    V sum = of(terms.getFirst());
    for (Expr term : terms.subList(1, terms.size())) {
      sum = arithmetic.plus(sum, of(term));
    }
    return sum;
  }

  private V product(List<Expr> factors) throws UndefinedException {
    V product = of(factors.getFirst());
    for (Expr factor : factors.subList(1, factors.size())) {
      product = bounded(arithmetic.times(product, of(factor)));
    }
    return product;
  }

  private V negative(V of) {
    return arithmetic.times(arithmetic.of(Rational.of(-1)), of);
  }

  private V quotient(V above, V below) throws UndefinedException {
    double size = Math.hypot(arithmetic.real(below), arithmetic.imaginary(below));
    if (size <= 1e-12 * Math.min(1, largest) || size < 1 / LARGEST) {
      throw new UndefinedException();
    }
    return arithmetic.dividedBy(above, below);
  }

  private V power(Expr base, Expr exponent) throws UndefinedException {
    if (base == Expr.Constant.E) {
      return exponential(of(exponent));
    }
    V value = of(base);
    Optional<Rational> exact = Exact.value(exponent);
    OptionalInt whole = exact.isPresent() ? exact.get().asInt() : OptionalInt.empty();
    double size = arithmetic.abs(value) == null ? 0 : arithmetic.real(arithmetic.abs(value));
    if (whole.isPresent()) {
      return wholePower(value, size, whole.getAsInt());
    }
    V power = of(exponent);
    if (size == 0) {
      throw new UndefinedException();
    }
    if (Math.abs(arithmetic.real(power) * Math.log(size)) > 340
        || Math.abs(arithmetic.imaginary(power)) > 1000) {
      throw new UndefinedException();
    }
    leftReals |= isNegative(value);
    return arithmetic.power(value, power);
  }

  private V wholePower(V value, double size, int exponent) throws UndefinedException {
    boolean large = Math.abs(exponent * Math.log(Math.max(size, 1e-300))) > 340;
    if (exponent != 0 && size != 0 && large || size == 0 && exponent <= 0) {
      throw new UndefinedException();
    }
    return arithmetic.power(value, exponent);
  }

  private V exponential(V of) throws UndefinedException {
    if (Math.abs(arithmetic.real(of)) > 340 || Math.abs(arithmetic.imaginary(of)) > 1e6) {
      throw new UndefinedException();
    }
    return arithmetic.exp(of);
  }

  private boolean isNegative(V value) {
    return arithmetic.imaginary(value) == 0 && arithmetic.real(value) < 0;
  }

  private V call(Operation operation, List<Expr> arguments) throws UndefinedException {
    V first = of(arguments.getFirst());
    return switch (operation) {
      case SQRT -> {
        leftReals |= isNegative(first);
        yield arithmetic.sqrt(first);
      }
      case ROOT -> root(first, arguments.get(1));
      case LN -> log(first);
      case LOG -> logarithm(first, arguments);
      case EXP -> exponential(first);
      case SIN -> arithmetic.sin(angle(first));
      case COS -> arithmetic.cos(angle(first));
      case TAN -> quotient(arithmetic.sin(angle(first)), arithmetic.cos(first));
      case COT -> quotient(arithmetic.cos(angle(first)), arithmetic.sin(first));
      case SEC -> quotient(arithmetic.of(Rational.ONE), arithmetic.cos(angle(first)));
      case CSC -> quotient(arithmetic.of(Rational.ONE), arithmetic.sin(angle(first)));
      case ARCSIN -> arithmetic.asin(withinOne(first));
      case ARCCOS -> arithmetic.acos(withinOne(first));
      case ARCTAN -> arithmetic.atan(first);
      case SINH -> hyperbolic(first, -1);
      case COSH -> hyperbolic(first, 1);
      case TANH -> quotient(hyperbolic(first, -1), hyperbolic(first, 1));
      case ABS -> arithmetic.abs(first);
      default -> wholeNumbers(operation, arguments);
    };
  }

  private V root(V of, Expr degree) throws UndefinedException {
    int n = Exact.value(degree).map(Rational::asInt).orElse(OptionalInt.empty()).orElse(0);
    if (n < 2 || n > 1000) {
      throw new UndefinedException();
    }
    leftReals |= n % 2 == 0 && isNegative(of);
    return arithmetic.root(of, n);
  }

  private V log(V of) throws UndefinedException {
    if (arithmetic.real(of) == 0 && arithmetic.imaginary(of) == 0) {
      throw new UndefinedException();
    }
    leftReals |= isNegative(of);
    return arithmetic.log(of);
  }

  /** To its base; without one to e, as in higher mathematics. */
  private V logarithm(V of, List<Expr> arguments) throws UndefinedException {
    boolean natural = arguments.get(1) instanceof Expr.Symbol(String name) && name.equals("log");
    return natural ? log(of) : quotient(log(of), log(of(arguments.get(1))));
  }

  private V angle(V of) throws UndefinedException {
    if (Math.abs(arithmetic.real(of)) > 1e6 || Math.abs(arithmetic.imaginary(of)) > 300) {
      throw new UndefinedException();
    }
    return of;
  }

  private V withinOne(V of) {
    leftReals |= arithmetic.imaginary(of) == 0 && Math.abs(arithmetic.real(of)) > 1;
    return of;
  }

  private V hyperbolic(V of, int sign) throws UndefinedException {
    V one = exponential(of);
    V other = exponential(negative(of));
    V signed = sign < 0 ? negative(other) : other;
    return arithmetic.dividedBy(arithmetic.plus(one, signed), arithmetic.of(Rational.of(2)));
  }

  /** What is defined for whole numbers only has an exact value or none. */
  private V wholeNumbers(Operation operation, List<Expr> arguments) throws UndefinedException {
    Optional<Rational> exact = Exact.value(new Expr.Call(operation, arguments), point);
    if (exact.isPresent()) {
      return arithmetic.of(exact.get());
    }
    if (operation == Operation.FLOOR || operation == Operation.CEIL) {
      double value = arithmetic.real(of(arguments.getFirst()));
      double whole = operation == Operation.FLOOR ? Math.floor(value) : Math.ceil(value);
      if (Math.abs(value) < 1e15 && Math.abs(value - Math.rint(value)) > 1e-9) {
        return arithmetic.of(Rational.of((long) whole));
      }
    }
    throw new UndefinedException();
  }
}
