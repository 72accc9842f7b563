package io.braid.math.compare;

import io.braid.math.value.Exact;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Num;
import io.braid.math.value.Expr.Operation;
import io.braid.math.value.Rational;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Classifies terms that are rational multiples of each other: numbers, {@code √8} and {@code √2},
 * {@code i}, {@code π}.
 */
final class Surds {
  /** The kind of plain numbers. */
  static final String RATIONAL = "1";

  /** Radicands up to this number are factored. */
  private static final long LARGEST = 1_000_000_000L;

  private BigInteger under = BigInteger.ONE;
  private boolean imaginary;

  /** The other constant factors: π and e. */
  private final List<String> others = new ArrayList<>();

  private Surds() {}

  /**
   * Returns a string that is the same for all terms that are rational multiples of each other;
   * empty if the class cannot be determined.
   */
  static Optional<String> kind(Expr term) {
    Surds surds = new Surds();
    if (!surds.holds(term)) {
      return Optional.empty();
    }
    surds.others.sort(null);
    return Optional.of(
        squareFree(surds.under.longValueExact())
            + (surds.imaginary ? "i" : "")
            + (surds.others.isEmpty() ? "" : surds.others));
  }

  private boolean holds(Expr expr) {
    return switch (expr) {
      case Num _ -> true;
      case Expr.Constant constant when constant == Expr.Constant.I -> {
        boolean both = imaginary;
        imaginary = true;
        yield !both;
      }
      case Expr.Constant constant when constant != Expr.Constant.INFINITY -> {
        others.add(constant.name());
        yield true;
      }
      case Expr.Negative(Expr of) -> holds(of);
      case Expr.Product(List<Expr> factors) -> factors.stream().allMatch(this::holds);
      case Expr.Quotient(Expr above, Expr below) -> {
        boolean top = holds(above);
        int constants = others.size();
        yield top && holds(below) && others.size() == constants; // no π below
      }
      case Expr.Call(Operation operation, List<Expr> arguments)
          when operation == Operation.SQRT && Steps.isNumeral(arguments.getFirst()) ->
          Exact.value(arguments.getFirst()).filter(this::put).isPresent();
      default -> false;
    };
  }

  /** Multiplies the radicand by a fraction: √(a/b) is a rational multiple of √(ab). */
  private boolean put(Rational value) {
    under = under.multiply(value.numerator()).multiply(value.denominator());
    return value.signum() > 0 && under.bitLength() < 62 && under.longValueExact() <= LARGEST;
  }

  private static long squareFree(long number) {
    long rest = number;
    for (long root = 2; root * root <= rest; root++) {
      while (rest % (root * root) == 0) {
        rest /= root * root;
      }
    }
    return rest;
  }
}
