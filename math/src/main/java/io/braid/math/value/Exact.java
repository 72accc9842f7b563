package io.braid.math.value;

import io.braid.math.value.Expr.Num;
import io.braid.math.value.Expr.Operation;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes the exact rational value of an expression, if it has one. The number of bits is limited;
 * larger results count as having no exact value.
 */
public final class Exact {
  private static final int MOST_BITS = 8192;
  private static final int LARGEST_FACTORIAL = 600;
  private static final Rational HUNDRED = Rational.of(100);

  private final Map<String, Rational> variables;

  private Exact(Map<String, Rational> variables) {
    this.variables = variables;
  }

  /** Returns the exact value of an expression without variables; empty if it has none. */
  public static Optional<Rational> value(Expr expr) {
    return new Exact(Map.of()).of(expr);
  }

  /** Returns the exact value at a point; empty if there is none. */
  public static Optional<Rational> value(Expr expr, Map<String, Rational> variables) {
    return new Exact(variables).of(expr);
  }

  private Optional<Rational> of(Expr expr) {
    return switch (expr) {
      case Num(Rational value, _, _) -> bounded(value);
      case Expr.Based(_, Rational value) -> Optional.of(value);
      case Expr.Symbol(String name) -> Optional.ofNullable(variables.get(name));
      case Expr.Constant _, Expr.Matrix _, Expr.Degrees _ -> Optional.empty();
      case Expr.Percent(Expr of) -> of(of).flatMap(value -> value.dividedBy(HUNDRED));
      case Expr.Negative(Expr of) -> of(of).map(Rational::negate);
      case Expr.Sum(List<Expr> terms) -> sum(terms);
      case Expr.Product(List<Expr> factors) -> product(factors);
      case Expr.Quotient(Expr above, Expr below) ->
          of(above).flatMap(a -> of(below).flatMap(a::dividedBy)).flatMap(Exact::bounded);
      case Expr.Power(Expr base, Expr exponent) ->
          of(base).flatMap(b -> of(exponent).flatMap(e -> power(b, e)));
      case Expr.Call(Operation operation, List<Expr> arguments) -> call(operation, arguments);
    };
  }

  private Optional<Rational> sum(List<Expr> terms) {
    Rational sum = Rational.ZERO;
    for (Expr term : terms) {
      Optional<Rational> value = of(term);
      if (value.isEmpty()) {
        return value;
      }
      sum = sum.plus(value.get());
      if (bounded(sum).isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(sum);
  }

  private Optional<Rational> product(List<Expr> factors) {
    Rational product = Rational.ONE;
    for (Expr factor : factors) {
      Optional<Rational> value = of(factor);
      if (value.isEmpty()) {
        return value;
      }
      product = product.times(value.get());
      if (bounded(product).isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(product);
  }

  private static Optional<Rational> bounded(Rational value) {
    return bits(value) <= MOST_BITS ? Optional.of(value) : Optional.empty();
  }

  private static int bits(Rational value) {
    return Math.max(value.numerator().bitLength(), value.denominator().bitLength());
  }

  private static Optional<Rational> power(Rational base, Rational exponent) {
    if (!exponent.isWhole()) {
      return rooted(base, exponent);
    }
    if (exponent.numerator().bitLength() > 31) {
      return Optional.empty();
    }
    long times = exponent.numerator().longValue();
    if (Math.abs(times) * Math.max(1, bits(base) - 1L) > MOST_BITS) {
      return Optional.empty();
    }
    int size = (int) Math.abs(times);
    Rational raised = new Rational(base.numerator().pow(size), base.denominator().pow(size));
    return times >= 0 ? Optional.of(raised) : Rational.ONE.dividedBy(raised);
  }

  /** Computes a power of a perfect square, such as {@code 4^{3/2}}. */
  private static Optional<Rational> rooted(Rational base, Rational exponent) {
    boolean half = exponent.denominator().equals(BigInteger.TWO);
    return half
        ? squareRoot(base)
            .flatMap(root -> power(root, new Rational(exponent.numerator(), BigInteger.ONE)))
        : Optional.empty();
  }

  private static Optional<Rational> squareRoot(Rational of) {
    if (of.signum() < 0) {
      return Optional.empty();
    }
    BigInteger above = of.numerator().sqrt();
    BigInteger below = of.denominator().sqrt();
    Rational root = new Rational(above, below);
    return root.times(root).equals(of) ? Optional.of(root) : Optional.empty();
  }

  private Optional<Rational> call(Operation operation, List<Expr> arguments) {
    Optional<Rational> first = of(arguments.getFirst());
    if (first.isEmpty()) {
      return first;
    }
    Rational value = first.get();
    return switch (operation) {
      case SQRT -> squareRoot(value);
      case ABS -> Optional.of(value.signum() < 0 ? value.negate() : value);
      case FLOOR -> Optional.of(floor(value));
      case CEIL -> Optional.of(floor(value.negate()).negate());
      case FACTORIAL -> factorial(value);
      case BINOMIAL -> of(arguments.get(1)).flatMap(below -> binomial(value, below));
      case GCD, LCM, MAX, MIN -> several(operation, arguments);
      default -> Optional.empty();
    };
  }

  private static Rational floor(Rational value) {
    BigInteger[] parts = value.numerator().divideAndRemainder(value.denominator());
    BigInteger floor = parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    return new Rational(floor, BigInteger.ONE);
  }

  private static Optional<Rational> factorial(Rational of) {
    int n = of.asInt().orElse(-1);
    if (n < 0 || n > LARGEST_FACTORIAL) {
      return Optional.empty();
    }
    BigInteger product = BigInteger.ONE;
    for (int i = 2; i <= n; i++) {
      product = product.multiply(BigInteger.valueOf(i));
    }
    return Optional.of(new Rational(product, BigInteger.ONE));
  }

  private static Optional<Rational> binomial(Rational above, Rational below) {
    int n = above.asInt().orElse(-1);
    int k = below.asInt().orElse(-1);
    if (n < 0 || k < 0 || n > LARGEST_FACTORIAL) {
      return Optional.empty();
    }
    BigInteger result = BigInteger.ONE;
    for (int i = 0; i < k && i < n + 1; i++) {
      result = result.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1L));
    }
    return Optional.of(new Rational(result, BigInteger.ONE));
  }

  private Optional<Rational> several(Operation operation, List<Expr> arguments) {
    Optional<Rational> result = of(arguments.getFirst());
    for (Expr argument : arguments.subList(1, arguments.size())) {
      Optional<Rational> next = of(argument);
      result = result.flatMap(a -> next.flatMap(b -> both(operation, a, b)));
    }
    return result;
  }

  private static Optional<Rational> both(Operation operation, Rational a, Rational b) {
    if (operation == Operation.MAX || operation == Operation.MIN) {
      boolean less = a.minus(b).signum() < 0;
      return Optional.of(less == (operation == Operation.MIN) ? a : b);
    }
    if (!a.isWhole() || !b.isWhole() || a.signum() == 0 || b.signum() == 0) {
      return Optional.empty();
    }
    BigInteger common = a.numerator().gcd(b.numerator());
    BigInteger result =
        operation == Operation.GCD
            ? common
            : a.numerator().multiply(b.numerator()).abs().divide(common);
    return bounded(new Rational(result, BigInteger.ONE));
  }
}
