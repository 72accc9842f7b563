package io.braid.math.compare;

import io.braid.math.read.Units;
import io.braid.math.read.ValueReader;
import io.braid.math.read.WordLists;
import io.braid.math.value.Answer;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Exact;
import io.braid.math.value.Expr;
import io.braid.math.value.Points;
import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the value that an equation gives to a name, and compares equations as conditions on their
 * variables.
 */
final class Equations {
  private static final WordLists LISTS = WordLists.of(Equations.class);

  /** Letters that name functions even if the brackets after them contain a sum. */
  private static final Set<String> FUNCTIONS = LISTS.set("Equations.FUNCTIONS");

  /** The maximum relative difference between members of a chain if one of them is a decimal. */
  private static final double ROUNDED = 0.01;

  /** Prefixes that form a name with the letter after them: {@code dx}, {@code \Delta E}. */
  private static final Set<String> DIFFERENCES = LISTS.set("Equations.DIFFERENCES");

  /** Words that look like products of letters. */
  private static final Set<String> WORDS = LISTS.set("Equations.WORDS");

  private static final Set<Expr.Operation> FINDING =
      Set.of(
          Expr.Operation.GCD,
          Expr.Operation.LCM,
          Expr.Operation.MAX,
          Expr.Operation.MIN,
          Expr.Operation.FLOOR,
          Expr.Operation.CEIL);

  private Equations() {}

  /**
   * Returns the value that a relation gives: the last side of {@code x = ...}, of {@code f(x) =
   * ...} or of a calculation. A side before ≈ is preferred, since the exact value comes first.
   */
  static Optional<Answer> value(Answer.Relation relation) {
    return value(relation, false);
  }

  /**
   * Returns the value that {@link #value(Answer.Relation)} gives. The lenient comparison also
   * accepts the last value assigned to a name, even if earlier values differ: {@code x = 2+5 = 8 =
   * 11} gives 11.
   */
  static Optional<Answer> value(Answer.Relation relation, boolean lenient) {
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
    int arrow = signs.subList(0, last).lastIndexOf("→");
    if (arrow >= 0 && arrow + 1 < last) {
      return value(
          new Answer.Relation(
              relation.sides().subList(arrow + 1, last + 1), signs.subList(arrow + 1, last)),
          lenient);
    }
    return ofChain(relation.sides().subList(0, last + 1), lenient);
  }

  /**
   * Returns the value of a reference. Its sides are assumed to be equal, so {@code 1 = y = x = 0}
   * has a value too.
   */
  static Optional<Answer> ofReference(Answer.Relation relation) {
    List<Answer> sides = relation.sides();
    boolean named =
        relation.signs().getLast().equals("=")
            && sides.size() > 3
            && sides.get(sides.size() - 2) instanceof Answer.Value(Expr.Symbol _, _, _);
    return value(relation, true).or(() -> named ? Optional.of(sides.getLast()) : Optional.empty());
  }

  /**
   * Returns the last side if the first side is the quantity that the question asks for and all
   * numbers agree.
   */
  private static Optional<Answer> ofChain(List<Answer> sides, boolean lenient) {
    Answer first = sides.getFirst();
    Answer end = sides.getLast();
    List<Answer> constants = sides.stream().filter(Equations::isConstant).toList();
    boolean agree = constants.stream().allMatch(side -> agree(side, constants.getLast()));
    boolean named = isName(first) && !isConstant(first) && isConstant(end);
    boolean trusted = agree || lenient && named;
    if (!trusted || saysNothing(first, end)) {
      return Optional.empty();
    }
    if (isName(first) || isNameOfMatrix(first, end) || isAskedFor(first)) {
      return Optional.of(end);
    }
    if (isConstant(first) && isName(end) && !isConstant(end)) {
      return Optional.of(first);
    }
    return isConstant(end) && isConstant(first) ? Optional.of(end) : Optional.empty();
  }

  /** Returns whether two members of a chain may be the same number, with one of them rounded. */
  private static boolean agree(Answer side, Answer end) {
    if (!(side instanceof Answer.Value(Expr a, _, String unit))
        || !(end instanceof Answer.Value(Expr b, _, String other))
        || !Units.canonical(unit).equals(Units.canonical(other))) {
      return true;
    }
    Optional<Double> x = Equivalence.real(bare(a));
    Optional<Double> y = Equivalence.real(bare(b));
    boolean close =
        x.isPresent()
            && y.isPresent()
            && (holdsDecimal(a) || holdsDecimal(b))
            && Math.abs(x.get() - y.get()) <= ROUNDED * Math.abs(y.get());
    return close || Equivalence.equal(a, b) || Equivalence.equal(bare(a), bare(b));
  }

  private static Expr bare(Expr expr) {
    return switch (expr) {
      case Expr.Percent(Expr of) -> of;
      case Expr.Degrees(Expr of) -> of;
      default -> expr;
    };
  }

  private static boolean holdsDecimal(Expr expr) {
    return expr instanceof Expr.Num(_, int decimals, _) && decimals != Expr.EXACT
        || expr.parts().stream().anyMatch(Equations::holdsDecimal);
  }

  /**
   * Returns whether it is unclear which side is the answer, as in {@code Yes = No} and {@code A =
   * C}.
   */
  private static boolean saysNothing(Answer first, Answer end) {
    if (first instanceof Answer.Words(String text)) {
      boolean words = end instanceof Answer.Words || end instanceof Answer.Choice;
      return ValueReader.denies(text) || words && !text.contains("answer");
    }
    return first instanceof Answer.Value(Expr.Symbol(String name), _, _)
        && end instanceof Answer.Value(Expr.Symbol(String other), _, _)
        && name.matches("[A-Z]")
        && other.matches("[A-Z]");
  }

  /**
   * Returns whether a side is the quantity that a question asks for: a sum of letters, {@code m +
   * n}, or a function of letters such as {@code gcd(a, b)}. A sum of letters that usually denote
   * unknowns, such as {@code x + y}, makes the relation an equation instead.
   */
  private static boolean isAskedFor(Answer side) {
    if (!(side instanceof Answer.Value(Expr expr, _, _))) {
      return false;
    }
    return switch (expr) {
      case Expr.Sum(List<Expr> terms) ->
          terms.stream()
                  .allMatch(t -> t instanceof Expr.Symbol(String name) && name.matches("[a-su]"))
              || terms.stream()
                  .allMatch(t -> t instanceof Expr.Symbol(String name) && isCapital(name));
      case Expr.Call(Expr.Operation operation, List<Expr> arguments) ->
          FINDING.contains(operation)
              && arguments.stream().allMatch(argument -> argument instanceof Expr.Symbol);
      default -> false;
    };
  }

  /**
   * Returns whether a side names a matrix: {@code A^2} does, while {@code x^2} does not name a
   * number.
   */
  private static boolean isNameOfMatrix(Answer first, Answer end) {
    return end instanceof Answer.Value(Expr.Matrix _, _, _)
        && first instanceof Answer.Value(Expr.Power(Expr base, _), _, _)
        && isName(base);
  }

  /** Returns the set in a membership relation such as {@code x ∈ {1, 2}}. */
  private static Optional<Answer> namedInterval(Answer.Relation relation) {
    return relation.signs().equals(List.of("∈")) && isName(relation.sides().getFirst())
        ? Optional.of(relation.sides().getLast())
        : Optional.empty();
  }

  static boolean isConstant(Answer side) {
    return switch (side) {
      case Answer.Value(Expr expr, _, _) -> Equivalence.variables(expr).isEmpty();
      case Answer.Ratio(List<Expr> terms, _, _) ->
          terms.stream().allMatch(term -> Equivalence.variables(term).isEmpty());
      default -> false;
    };
  }

  /**
   * Returns whether a side may be a name: letters, a function application, a segment, a tuple of
   * names.
   */
  static boolean isName(Answer side) {
    return switch (side) {
      case Answer.Words _, Answer.Choice _ -> true;
      case Answer.Value(Expr expr, String text, _) -> isFunctionValue(expr, text) || isName(expr);
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
      case Expr.Product(List<Expr> factors) -> isName(factors);
      case Expr.Quotient(Expr above, Expr below) ->
          isName(above) && isName(below) && !isUnknown(above) && !isUnknown(below);
      case Expr.Call(Expr.Operation operation, List<Expr> arguments) ->
          (operation == Expr.Operation.ABS || isTrigonometric(operation))
              && isName(arguments.getFirst())
              && !isUnknown(arguments.getFirst());
      default -> false;
    };
  }

  /**
   * Returns whether an expression is a lower-case letter and thus an unknown: {@code |x| = 4} is an
   * equation for it.
   */
  private static boolean isUnknown(Expr expr) {
    return expr instanceof Expr.Symbol(String name) && name.matches("[a-z]");
  }

  private static boolean isTrigonometric(Expr.Operation operation) {
    return operation == Expr.Operation.SIN
        || operation == Expr.Operation.COS
        || operation == Expr.Operation.TAN;
  }

  /**
   * Returns whether letters in a row are one name: a segment {@code AB}, an angle, a difference
   * {@code dx}, a word. Other letters are multiplied: {@code xy}.
   */
  private static boolean isName(List<Expr> factors) {
    List<String> names = new ArrayList<>();
    for (Expr factor : factors) {
      switch (factor) {
        case Expr.Symbol(String name) -> names.add(name);
        case Expr.Constant constant when constant != Expr.Constant.INFINITY ->
            names.add(constant.name().toLowerCase(Locale.ROOT));
        case Expr.Product(List<Expr> inner)
            when inner.stream().allMatch(each -> each instanceof Expr.Symbol) ->
            inner.forEach(each -> names.add(((Expr.Symbol) each).name()));
        default -> {
          return false;
        }
      }
    }
    String first = names.getFirst();
    boolean differential = names.size() == 2 && DIFFERENCES.contains(first);
    boolean marked = first.equals("\\angle") || first.equals("\\triangle");
    boolean measured = first.equals("m") && names.get(1).equals("\\angle");
    List<String> rest = names.subList(1, names.size());
    boolean word = rest.stream().allMatch(name -> name.matches("[a-z]")) && rest.size() > 1;
    boolean capitals = rest.stream().allMatch(Equations::isCapital);
    return differential
        || marked
        || measured
        || isCapital(first) && (capitals || word)
        || WORDS.contains(String.join("", names));
  }

  private static boolean isCapital(String name) {
    return Character.isUpperCase(name.charAt(0)) || name.equals("'");
  }

  /**
   * Returns whether an expression is a function value: {@code f(2)}, {@code g(t)}, {@code
   * f^{-1}(x)}, {@code f(x+1)}, but not {@code x(x+1)}.
   */
  static boolean isFunctionValue(Expr expr, String text) {
    if (!(expr instanceof Expr.Product(List<Expr> factors)) || factors.size() != 2) {
      return false;
    }
    boolean bracketed = text.endsWith(")") && text.indexOf('(') == text.lastIndexOf('(');
    Expr head =
        factors.getFirst() instanceof Expr.Power(Expr base, Expr.Negative _)
            ? base
            : factors.getFirst();
    Expr argument = factors.getLast();
    if (!bracketed
        || !(head instanceof Expr.Symbol(String name))
        || Equivalence.variables(argument).contains(name)) {
      return false;
    }
    boolean single =
        argument instanceof Expr.Symbol
            || argument instanceof Expr.Num
            || argument instanceof Expr.Negative(Expr.Num _);
    return single || FUNCTIONS.contains(name.replaceAll("[_'].*", ""));
  }

  /**
   * Returns whether two equations have the same solutions because one is a multiple of the other.
   */
  static boolean equal(Answer.Relation a, Answer.Relation b) {
    Optional<Expr> left = difference(a);
    Optional<Expr> right = difference(b);
    if (left.isEmpty() || right.isEmpty()) {
      return false;
    }
    boolean same = a.signs().equals(b.signs());
    boolean opposite = a.signs().equals(List.of(reversed(b.signs().getFirst())));
    boolean equation = a.signs().getFirst().equals("=") || a.signs().getFirst().equals("≠");
    return multiple(left.get(), right.get())
        .filter(factor -> factor != 0)
        .filter(factor -> equation && same || (factor > 0 ? same : opposite))
        .isPresent();
  }

  private static String reversed(String sign) {
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

  /**
   * Returns the sign of the constant factor between two expressions; empty if there is no such
   * factor.
   */
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
