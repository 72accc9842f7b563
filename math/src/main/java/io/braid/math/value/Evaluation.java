package io.braid.math.value;

import io.braid.math.value.Expr.Num;
import io.braid.math.value.Expr.Operation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Evaluates an expression at a point and bounds the error of its value. Every operation adds its
 * own rounding error to the errors of its operands (running error analysis), so the difference
 * between two huge, nearly equal numbers gets a huge error bound.
 *
 * @param <V> a complex number
 */
final class Evaluation<V> {
  /**
   * Largest value; larger ones count as undefined, since doubles are too inaccurate for them and
   * more digits cost too much.
   */
  private static final double LARGEST = 1e150;

  private static final Rational HALF_TURN = Rational.of(180);
  private static final Rational HUNDRED = Rational.of(100);

  /** The error of a library function, in units of the last place. */
  private static final double FUNCTION = 4;

  private final Arithmetic<V> arithmetic;
  private final Map<String, Rational> point;
  private final double unit;
  private boolean leftReals;

  private Evaluation(Arithmetic<V> arithmetic, Map<String, Rational> point) {
    this.arithmetic = arithmetic;
    this.point = point;
    this.unit = arithmetic.unit();
  }

  /**
   * The value of an expression.
   *
   * @param value the value
   * @param error bound of its error
   * @param leftReals whether a step had no real value, such as a root or a logarithm of a negative
   *     number
   * @param <V> a complex number
   */
  record Outcome<V>(V value, double error, boolean leftReals) {}

  /** An intermediate value and the bound of its error. */
  private record Near<V>(V value, double error) {}

  /** The value of an expression at a point; empty if it is undefined there. */
  static <V> Optional<Outcome<V>> at(
      Map<String, Rational> point, Expr expr, Arithmetic<V> arithmetic) {
    Evaluation<V> evaluation = new Evaluation<>(arithmetic, point);
    try {
      Near<V> value = evaluation.of(expr);
      return Optional.of(new Outcome<>(value.value, value.error, evaluation.leftReals));
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

  private Near<V> of(Expr expr) throws UndefinedException {
    return switch (expr) {
      case Num(Rational number, _, _) -> number(number);
      case Expr.Based(_, Rational number) -> number(number);
      case Expr.Symbol(String name) -> variable(name);
      case Expr.Constant constant -> constant(constant);
      case Expr.Sum(List<Expr> terms) -> sum(terms);
      case Expr.Product(List<Expr> factors) -> product(factors);
      case Expr.Quotient(Expr above, Expr below) -> quotient(of(above), of(below));
      case Expr.Negative(Expr of) -> negative(of(of));
      case Expr.Power(Expr base, Expr exponent) -> power(base, exponent);
      case Expr.Percent(Expr of) -> quotient(of(of), number(HUNDRED));
      case Expr.Degrees(Expr of) -> quotient(times(of(of), pi()), number(HALF_TURN));
      case Expr.Call(Operation operation, List<Expr> arguments) -> call(operation, arguments);
      case Expr.Matrix _ -> throw new UndefinedException();
    };
  }

  private double size(V value) {
    return Math.hypot(arithmetic.real(value), arithmetic.imaginary(value));
  }

  private double size(Near<V> near) {
    return size(near.value);
  }

  /** Returns a value with the errors of its operands and its own rounding error. */
  private Near<V> near(V value, double carried, double units) throws UndefinedException {
    double size = size(value);
    double error = carried + units * unit * size;
    if (!(size <= LARGEST) || !(error <= LARGEST)) {
      throw new UndefinedException();
    }
    return new Near<>(value, error);
  }

  private Near<V> number(Rational number) throws UndefinedException {
    boolean exact = number.isWhole() && number.numerator().bitLength() < 50;
    return near(arithmetic.of(number), 0, exact ? 0 : 1);
  }

  private Near<V> pi() throws UndefinedException {
    return near(arithmetic.pi(), 0, 1);
  }

  private Near<V> variable(String name) throws UndefinedException {
    Rational value = point.get(name);
    if (value == null) {
      throw new UndefinedException();
    }
    return number(value);
  }

  private Near<V> constant(Expr.Constant constant) throws UndefinedException {
    return switch (constant) {
      case PI -> pi();
      case E -> exponential(number(Rational.ONE));
      case I -> near(arithmetic.i(), 0, 0);
      case INFINITY -> throw new UndefinedException();
    };
  }

  private Near<V> sum(List<Expr> terms) throws UndefinedException {
    Near<V> sum = of(terms.getFirst());
    for (Expr term : terms.subList(1, terms.size())) {
      sum = plus(sum, of(term));
    }
    return sum;
  }

  private Near<V> plus(Near<V> a, Near<V> b) throws UndefinedException {
    return near(arithmetic.plus(a.value, b.value), a.error + b.error, 1);
  }

  private Near<V> product(List<Expr> factors) throws UndefinedException {
    Near<V> product = of(factors.getFirst());
    for (Expr factor : factors.subList(1, factors.size())) {
      product = times(product, of(factor));
    }
    return product;
  }

  private Near<V> times(Near<V> a, Near<V> b) throws UndefinedException {
    double carried = size(a) * b.error + size(b) * a.error + a.error * b.error;
    return near(arithmetic.times(a.value, b.value), carried, FUNCTION);
  }

  private Near<V> negative(Near<V> of) throws UndefinedException {
    return near(arithmetic.times(arithmetic.of(Rational.of(-1)), of.value), of.error, 0);
  }

  private Near<V> quotient(Near<V> above, Near<V> below) throws UndefinedException {
    double least = leastSize(below);
    V quotient = arithmetic.dividedBy(above.value, below.value);
    return near(quotient, (above.error + size(quotient) * below.error) / least, FUNCTION);
  }

  /**
   * Returns the least absolute value that the number may have, or undefined if the number may be 0.
   */
  private double leastSize(Near<V> near) throws UndefinedException {
    double size = size(near);
    if (size <= 2 * near.error || size < 1 / LARGEST) {
      throw new UndefinedException();
    }
    return size - near.error;
  }

  private Near<V> power(Expr base, Expr exponent) throws UndefinedException {
    if (base == Expr.Constant.E) {
      return exponential(of(exponent));
    }
    Near<V> of = of(base);
    Optional<Rational> exact = Exact.value(exponent);
    OptionalInt whole = exact.isPresent() ? exact.get().asInt() : OptionalInt.empty();
    if (whole.isPresent()) {
      return wholePower(of, whole.getAsInt());
    }
    Near<V> power = of(exponent);
    double least = leastSize(of);
    double logarithm = Math.hypot(Math.log(size(of)), Math.PI);
    if (Math.abs(arithmetic.real(power.value) * Math.log(size(of))) > 340
        || Math.abs(arithmetic.imaginary(power.value)) > 1000) {
      throw new UndefinedException();
    }
    leftReals |= isNegative(of);
    V value = arithmetic.power(of.value, power.value);
    double relative = size(power) * of.error / least + logarithm * power.error;
    return near(value, size(value) * relative, FUNCTION + size(power) * logarithm);
  }

  private Near<V> wholePower(Near<V> of, int exponent) throws UndefinedException {
    double size = size(of);
    if (size <= 2 * of.error || size == 0) {
      if (exponent <= 0) {
        throw new UndefinedException();
      }
      V value = arithmetic.power(of.value, exponent);
      return near(value, Math.pow(size + of.error, exponent), FUNCTION);
    }
    if (Math.abs(exponent * Math.log(Math.max(size, 1e-300))) > 340) {
      throw new UndefinedException();
    }
    V value = arithmetic.power(of.value, exponent);
    double relative = Math.abs((double) exponent) * of.error / (size - of.error);
    return near(value, size(value) * relative, FUNCTION + Math.abs((double) exponent));
  }

  private Near<V> exponential(Near<V> of) throws UndefinedException {
    if (Math.abs(arithmetic.real(of.value)) > 340
        || Math.abs(arithmetic.imaginary(of.value)) > 1e6
        || of.error > 0.1) {
      throw new UndefinedException();
    }
    V value = arithmetic.exp(of.value);
    return near(value, 2 * of.error * size(value), FUNCTION + size(of));
  }

  private boolean isNegative(Near<V> of) {
    return arithmetic.imaginary(of.value) == 0 && arithmetic.real(of.value) < -of.error;
  }

  private Near<V> call(Operation operation, List<Expr> arguments) throws UndefinedException {
    Near<V> first = of(arguments.getFirst());
    return switch (operation) {
      case SQRT -> {
        leftReals |= isNegative(first);
        yield rooted(arithmetic.sqrt(first.value), first, 2);
      }
      case ROOT -> root(first, arguments.get(1));
      case LN -> log(first);
      case LOG -> logarithm(first, arguments);
      case EXP -> exponential(first);
      case SIN -> sine(first);
      case COS -> cosine(first);
      case TAN -> quotient(sine(first), cosine(first));
      case COT -> quotient(cosine(first), sine(first));
      case SEC -> quotient(number(Rational.ONE), cosine(first));
      case CSC -> quotient(number(Rational.ONE), sine(first));
      case ARCSIN -> inverse(arithmetic.asin(withinOne(first)), first);
      case ARCCOS -> inverse(arithmetic.acos(withinOne(first)), first);
      case ARCTAN -> near(arithmetic.atan(first.value), first.error + FUNCTION * unit, FUNCTION);
      case SINH -> hyperbolic(first, -1);
      case COSH -> hyperbolic(first, 1);
      case TANH -> quotient(hyperbolic(first, -1), hyperbolic(first, 1));
      case ABS -> near(arithmetic.abs(first.value), first.error, FUNCTION);
      default -> wholeNumbers(operation, arguments);
    };
  }

  private Near<V> root(Near<V> of, Expr degree) throws UndefinedException {
    int n = Exact.value(degree).map(Rational::asInt).orElse(OptionalInt.empty()).orElse(0);
    if (n < 2 || n > 1000) {
      throw new UndefinedException();
    }
    leftReals |= n % 2 == 0 && isNegative(of);
    return rooted(arithmetic.root(of.value, n), of, n);
  }

  private Near<V> rooted(V root, Near<V> of, int degree) throws UndefinedException {
    double size = size(of);
    double carried =
        size > 2 * of.error
            ? size(root) * of.error / (degree * (size - of.error))
            : Math.pow(size + of.error, 1.0 / degree);
    return near(root, of.error == 0 ? 0 : carried, FUNCTION);
  }

  private Near<V> log(Near<V> of) throws UndefinedException {
    double least = leastSize(of);
    leftReals |= isNegative(of);
    return near(arithmetic.log(of.value), of.error / least + FUNCTION * unit, FUNCTION);
  }

  /** Evaluates a logarithm to its base or, without a base, the natural logarithm. */
  private Near<V> logarithm(Near<V> of, List<Expr> arguments) throws UndefinedException {
    boolean natural = arguments.get(1) instanceof Expr.Symbol(String name) && name.equals("log");
    return natural ? log(of) : quotient(log(of), log(of(arguments.get(1))));
  }

  private Near<V> sine(Near<V> of) throws UndefinedException {
    return sineOrCosine(arithmetic.sin(angle(of)), of);
  }

  private Near<V> cosine(Near<V> of) throws UndefinedException {
    return sineOrCosine(arithmetic.cos(angle(of)), of);
  }

  /** Evaluates a sine or cosine; its error comes from the angle and from reducing the angle. */
  private Near<V> sineOrCosine(V value, Near<V> angle) throws UndefinedException {
    double slope = Math.cosh(arithmetic.imaginary(angle.value));
    double carried = slope * (angle.error + unit * size(angle));
    return near(value, carried, FUNCTION);
  }

  private V angle(Near<V> of) throws UndefinedException {
    if (Math.abs(arithmetic.real(of.value)) > 1e6
        || Math.abs(arithmetic.imaginary(of.value)) > 300) {
      throw new UndefinedException();
    }
    return of.value;
  }

  private V withinOne(Near<V> of) {
    leftReals |=
        arithmetic.imaginary(of.value) == 0 && Math.abs(arithmetic.real(of.value)) > 1 + of.error;
    return of.value;
  }

  /** Evaluates an arc sine or arc cosine; their slope is infinite at 1 and −1. */
  private Near<V> inverse(V value, Near<V> of) throws UndefinedException {
    double fromEnd = Math.abs(1 - size(of));
    double carried =
        fromEnd > 2 * of.error ? of.error / Math.sqrt(fromEnd - of.error) : 2 * Math.sqrt(of.error);
    return near(value, carried + FUNCTION * unit, FUNCTION);
  }

  private Near<V> hyperbolic(Near<V> of, int sign) throws UndefinedException {
    Near<V> other = exponential(negative(of));
    Near<V> both = plus(exponential(of), sign < 0 ? negative(other) : other);
    return quotient(both, number(Rational.of(2)));
  }

  /** Evaluates a function of whole numbers, which has either an exact value or no value. */
  private Near<V> wholeNumbers(Operation operation, List<Expr> arguments)
      throws UndefinedException {
    Optional<Rational> exact = Exact.value(new Expr.Call(operation, arguments), point);
    if (exact.isPresent()) {
      return number(exact.get());
    }
    if (operation == Operation.FLOOR || operation == Operation.CEIL) {
      Near<V> of = of(arguments.getFirst());
      double value = arithmetic.real(of.value);
      double whole = operation == Operation.FLOOR ? Math.floor(value) : Math.ceil(value);
      double fromWhole = Math.abs(value - Math.rint(value));
      if (Math.abs(value) < 1e15 && fromWhole > Math.max(1e-9, 2 * of.error)) {
        return number(Rational.of((long) whole));
      }
    }
    throw new UndefinedException();
  }
}
