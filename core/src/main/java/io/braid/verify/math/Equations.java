package io.braid.verify.math;

import io.braid.task.Rational;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an equation says: a name's value, or a condition on its variables. */
final class Equations {
  private Equations() {}

  /**
   * The value that a relation gives, when it does: the last side of {@code x = ...}, of {@code f(x)
   * = ...} or of a calculation; before a sign for about, since the exact value comes first.
   */
  static Optional<Answer> value(Answer.Relation relation) {
    List<String> signs = relation.signs();
    int about = signs.indexOf("≈");
    int last = about < 0 ? signs.size() : about;
    if (about == 0 && isName(relation.sides().getFirst())) {
      return Optional.of(relation.sides().get(1));
    }
    if (signs.subList(0, last).stream().anyMatch(sign -> !sign.equals("=") && !sign.equals("→"))) {
      return namedInterval(relation);
    }
    if (last == 0) {
      return Optional.of(relation.sides().getFirst());
    }
    Answer first = relation.sides().getFirst();
    Answer end = relation.sides().get(last);
    if (isName(first) || isConstant(first)) {
      return Optional.of(end);
    }
    return isName(end) && isConstant(first) || isChain(relation, last)
        ? Optional.of(isName(end) ? first : end)
        : Optional.empty();
  }

  /** {@code x ∈ {1, 2}}. */
  private static Optional<Answer> namedInterval(Answer.Relation relation) {
    return relation.signs().equals(List.of("∈")) && isName(relation.sides().getFirst())
        ? Optional.of(relation.sides().getLast())
        : Optional.empty();
  }

  /** A calculation in several steps ends with its result. */
  private static boolean isChain(Answer.Relation relation, int last) {
    return last > 1 && isConstant(relation.sides().get(last));
  }

  private static boolean isConstant(Answer side) {
    return switch (side) {
      case Answer.Value(Expr expr, _, _) -> Equivalence.variables(expr).isEmpty();
      case Answer.Ratio(List<Expr> terms, _, _) ->
          terms.stream().allMatch(term -> Equivalence.variables(term).isEmpty());
      default -> false;
    };
  }

  /**
   * What may be called something: letters, a function's application, a segment, a tuple of names.
   */
  static boolean isName(Answer side) {
    return switch (side) {
      case Answer.Words _, Answer.Choice _ -> true;
      case Answer.Value(Expr expr, _, _) -> isName(expr);
      case Answer.Tuple(_, List<Answer> items, _) -> items.stream().allMatch(Equations::isName);
      case Answer.Ratio(List<Expr> terms, _, _) -> terms.stream().allMatch(Equations::isName);
      case Answer.Listing(List<Answer> items, _) -> items.stream().allMatch(Equations::isName);
      default -> false;
    };
  }

  private static boolean isName(Expr expr) {
    return switch (expr) {
      case Expr.Symbol _ -> true;
      case Expr.Constant constant -> constant == Expr.Constant.E || constant == Expr.Constant.I;
      case Expr.Product(List<Expr> factors) ->
          isName(factors.getFirst())
              && factors.stream()
                  .skip(1)
                  .allMatch(each -> isName(each) || isArgument(factors, each));
      case Expr.Quotient(Expr above, Expr below) -> isName(above) && isName(below);
      case Expr.Call(Expr.Operation operation, List<Expr> arguments) ->
          (operation == Expr.Operation.ABS || isTrigonometric(operation))
              && isName(arguments.getFirst());
      default -> false;
    };
  }

  private static boolean isTrigonometric(Expr.Operation operation) {
    return operation == Expr.Operation.SIN
        || operation == Expr.Operation.COS
        || operation == Expr.Operation.TAN;
  }

  /** What stands behind a function's letter: {@code f(2)}, {@code f(x+1)}. */
  private static boolean isArgument(List<Expr> factors, Expr each) {
    return factors.size() == 2
        && each == factors.get(1)
        && factors.getFirst() instanceof Expr.Symbol;
  }

  /** Whether two equations have the same solutions: one is a multiple of the other. */
  static boolean equal(Answer.Relation a, Answer.Relation b) {
    Optional<Expr> left = difference(a);
    Optional<Expr> right = difference(b);
    if (left.isEmpty() || right.isEmpty()) {
      return false;
    }
    boolean same = a.signs().equals(b.signs());
    boolean turned = a.signs().equals(List.of(turned(b.signs().getFirst())));
    boolean equation = a.signs().getFirst().equals("=") || a.signs().getFirst().equals("≠");
    return multiple(left.get(), right.get())
        .filter(factor -> factor != 0)
        .filter(factor -> equation && same || (factor > 0 ? same : turned))
        .isPresent();
  }

  private static String turned(String sign) {
    return switch (sign) {
      case "<" -> ">";
      case ">" -> "<";
      case "≤" -> "≥";
      case "≥" -> "≤";
      default -> sign;
    };
  }

  private static Optional<Expr> difference(Answer.Relation relation) {
    boolean plain =
        relation.signs().size() == 1
            && "=<>≤≥≠".contains(relation.signs().getFirst())
            && relation.sides().stream().allMatch(side -> side instanceof Answer.Value);
    if (!plain
        || !(relation.sides().getFirst() instanceof Answer.Value(Expr left, _, _))
        || !(relation.sides().getLast() instanceof Answer.Value(Expr right, _, _))) {
      return Optional.empty();
    }
    return Optional.of(new Expr.Sum(List.of(left, new Expr.Negative(right))));
  }

  /** The sign of the constant that one is of the other; empty when there is none. */
  private static Optional<Integer> multiple(Expr a, Expr b) {
    Set<String> variables = Equivalence.variables(a);
    if (variables.isEmpty() || !variables.equals(Equivalence.variables(b))) {
      return Optional.empty();
    }
    for (Map<String, Rational> point : Points.of(variables)) {
      Optional<Rational> x = Exact.value(a, point).filter(value -> value.signum() != 0);
      Optional<Rational> y = Exact.value(b, point).filter(value -> value.signum() != 0);
      Optional<Rational> factor = x.flatMap(value -> y.flatMap(value::dividedBy));
      if (factor.isPresent()) {
        Expr scaled = new Expr.Product(List.of(Expr.Num.exact(factor.get()), b));
        return Equivalence.equal(a, scaled) ? Optional.of(factor.get().signum()) : Optional.empty();
      }
    }
    return equalOrOpposite(a, b);
  }

  private static Optional<Integer> equalOrOpposite(Expr a, Expr b) {
    if (Equivalence.equal(a, b)) {
      return Optional.of(1);
    }
    return Equivalence.equal(a, new Expr.Negative(b)) ? Optional.of(-1) : Optional.empty();
  }
}
