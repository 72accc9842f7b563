package io.braid.math.compare;

import io.braid.math.value.Answer;
import io.braid.math.value.Answer.Link;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Constant;
import io.braid.math.value.Rational;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoublePredicate;

/**
 * A set of real numbers: an interval, a union, or the solutions of inequalities in one variable.
 *
 * @param holds test for membership of a number
 * @param edges numbers at which the set may begin or end
 * @param variables the variable that is restricted; none for a bare interval
 * @param certain whether the answer can only be a set; a pair in parentheses may also be a point
 */
record Region(DoublePredicate holds, Set<Double> edges, Set<String> variables, boolean certain) {
  private static final int MOST_EDGES = 200;
  private static final double NEAR = 1e-9;

  /** Returns the set that an answer describes; empty if it describes none. */
  static Optional<Region> of(Answer answer) {
    return switch (answer) {
      case Answer.Tuple(String open, List<Answer> items, String close) when items.size() == 2 ->
          interval(open, items, close);
      case Answer.Combined(List<Answer> parts, List<String> signs) -> combined(parts, signs);
      case Answer.Relation relation -> relation(relation);
      case Answer.Listing(List<Answer> items, Link link) -> listing(items, link);
      case Answer.Value(Expr.Symbol(String name), _, _) when name.equals("\\mathbbR") ->
          Optional.of(new Region(_ -> true, Set.of(), Set.of(), true));
      case Answer.Value(Expr.Symbol(String name), _, _) when name.equals("\\emptyset") ->
          Optional.of(new Region(_ -> false, Set.of(), Set.of(), true));
      default -> Optional.empty();
    };
  }

  /**
   * Returns whether both sets contain the same numbers. Checks numbers at, between and outside all
   * edges.
   */
  boolean isSame(Region other) {
    if (!variables.isEmpty() && !other.variables.isEmpty() && !variables.equals(other.variables)) {
      return false;
    }
    TreeSet<Double> all = new TreeSet<>(edges);
    all.addAll(other.edges);
    Set<Double> probes = new HashSet<>(Set.of(0.0, 1e7, -1e7));
    double before = -1e6;
    for (double edge : all) {
      double step = 1e-6 * Math.max(1e-3, Math.abs(edge));
      probes.addAll(List.of(edge, edge - step, edge + step, (before + edge) / 2));
      before = edge;
    }
    probes.add((before + 1e6) / 2);
    return all.size() <= MOST_EDGES
        && probes.stream().allMatch(x -> holds.test(x) == other.holds.test(x));
  }

  private static Optional<Region> interval(String open, List<Answer> items, String close) {
    Optional<Double> low = end(items.getFirst());
    Optional<Double> high = end(items.getLast());
    boolean brackets = "([".contains(open) && ")]".contains(close);
    if (low.isEmpty() || high.isEmpty() || !brackets || low.get() > high.get()) {
      return Optional.empty();
    }
    double from = low.get();
    double to = high.get();
    boolean withFrom = open.equals("[");
    boolean withTo = close.equals("]");
    boolean certain =
        withFrom != withTo || withFrom || Double.isInfinite(from) || Double.isInfinite(to);
    DoublePredicate holds =
        x ->
            near(x, from)
                ? withFrom && (!near(x, to) || withTo)
                : near(x, to) ? withTo : x > from && x < to;
    return Optional.of(new Region(holds, finite(from, to), Set.of(), certain));
  }

  private static boolean near(double x, double edge) {
    return Double.isFinite(edge) && Math.abs(x - edge) <= NEAR * Math.max(1e-3, Math.abs(edge));
  }

  private static Set<Double> finite(double... values) {
    Set<Double> finite = new HashSet<>();
    for (double value : values) {
      if (Double.isFinite(value)) {
        finite.add(value);
      }
    }
    return finite;
  }

  private static Optional<Double> end(Answer answer) {
    return answer instanceof Answer.Value(Expr expr, _, _) ? end(expr) : Optional.empty();
  }

  private static Optional<Double> end(Expr expr) {
    if (expr == Constant.INFINITY) {
      return Optional.of(Double.POSITIVE_INFINITY);
    }
    if (expr instanceof Expr.Negative(Expr of) && of == Constant.INFINITY) {
      return Optional.of(Double.NEGATIVE_INFINITY);
    }
    Expr plain = expr instanceof Expr.Degrees(Expr of) ? of : expr;
    return Equivalence.variables(plain).isEmpty() ? Equivalence.real(plain) : Optional.empty();
  }

  private static Optional<Region> combined(List<Answer> parts, List<String> signs) {
    Optional<Region> result = part(parts.getFirst());
    for (int i = 0; i < signs.size(); i++) {
      String sign = signs.get(i);
      Optional<Region> next = part(parts.get(i + 1));
      result = result.flatMap(a -> next.map(b -> a.with(b, sign)));
    }
    return result;
  }

  /** Reads one part of a union; a list of numbers is also a set. */
  private static Optional<Region> part(Answer answer) {
    if (!(answer instanceof Answer.Listing(List<Answer> items, Link link)) || link != Link.SET) {
      return of(answer);
    }
    Set<Double> numbers = new HashSet<>();
    for (Answer item : items) {
      Optional<Double> number = end(item);
      if (number.isEmpty()) {
        return Optional.empty();
      }
      numbers.add(number.get());
    }
    return Optional.of(
        new Region(
            x -> numbers.stream().anyMatch(number -> near(x, number)), numbers, Set.of(), true));
  }

  private Region with(Region other, String sign) {
    Set<Double> all = new HashSet<>(edges);
    all.addAll(other.edges);
    Set<String> names = new HashSet<>(variables);
    names.addAll(other.variables);
    DoublePredicate both =
        switch (sign) {
          case "∪" -> x -> holds.test(x) || other.holds.test(x);
          case "∩" -> x -> holds.test(x) && other.holds.test(x);
          default -> x -> holds.test(x) && !other.holds.test(x);
        };
    return new Region(both, all, names, true);
  }

  /** Reads inequalities that are joined by "or", or by commas, which mean "and". */
  private static Optional<Region> listing(List<Answer> items, Link link) {
    boolean sets = items.stream().allMatch(item -> of(item).filter(Region::certain).isPresent());
    if (!sets || link == Link.SET || link == Link.GROUP) {
      return Optional.empty();
    }
    boolean intervals = items.stream().noneMatch(item -> item instanceof Answer.Relation);
    Optional<Region> result = of(items.getFirst());
    for (Answer item : items.subList(1, items.size())) {
      Optional<Region> next = of(item);
      String sign = link == Link.OR || intervals ? "∪" : "∩";
      result = result.flatMap(a -> next.map(b -> a.with(b, sign)));
    }
    return result;
  }

  private static Optional<Region> relation(Answer.Relation relation) {
    List<String> signs = relation.signs();
    if (signs.equals(List.of("∈"))) {
      return membership(relation.sides());
    }
    if (signs.stream().anyMatch(sign -> !"<>≤≥≠".contains(sign))) {
      return Optional.empty();
    }
    List<Expr> sides = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Answer side : relation.sides()) {
      if (!(side instanceof Answer.Value(Expr written, String text, _))
          || written instanceof Expr.Matrix) {
        return Optional.empty();
      }
      Expr expr = Equations.isFunctionValue(written, text) ? new Expr.Symbol(text) : written;
      sides.add(expr);
      names.addAll(Equivalence.variables(expr));
    }
    return names.size() == 1
        ? Optional.of(inequality(sides, signs, names.iterator().next()))
        : Optional.empty();
  }

  private static Optional<Region> membership(List<Answer> sides) {
    if (!(sides.getFirst() instanceof Answer.Value(Expr.Symbol(String name), _, _))) {
      return Optional.empty();
    }
    return part(sides.getLast()).map(set -> new Region(set.holds, set.edges, Set.of(name), true));
  }

  private static Region inequality(List<Expr> sides, List<String> signs, String name) {
    Set<Double> edges = new HashSet<>();
    for (int i = 0; i < signs.size(); i++) {
      linearEdge(sides.get(i), sides.get(i + 1), name).ifPresent(edges::add);
    }
    for (Expr side : sides) {
      end(side)
          .filter(Double::isFinite)
          .ifPresent(edge -> {
            edges.add(edge);
            edges.add(-edge);
          });
    }
    DoublePredicate holds =
        x -> {
          Map<String, Rational> point = Map.of(name, Rational.of(new BigDecimal(x)));
          for (int i = 0; i < signs.size(); i++) {
            if (!holds(sides.get(i), signs.get(i), sides.get(i + 1), point)) {
              return false;
            }
          }
          return true;
        };
    return new Region(holds, edges, Set.of(name), true);
  }

  private static boolean holds(Expr left, String sign, Expr right, Map<String, Rational> point) {
    Optional<Double> a = end(left).or(() -> Equivalence.real(left, point));
    Optional<Double> b = end(right).or(() -> Equivalence.real(right, point));
    if (a.isEmpty() || b.isEmpty()) {
      return false;
    }
    double x = a.get();
    double y = b.get();
    boolean equal = x == y || near(x, y);
    return switch (sign) {
      case "<" -> !equal && x < y;
      case ">" -> !equal && x > y;
      case "≤" -> equal || x < y;
      case "≥" -> equal || x > y;
      default -> !equal;
    };
  }

  /** Returns the number at which both sides of a linear relation are equal. */
  private static Optional<Double> linearEdge(Expr left, Expr right, String name) {
    Optional<Double> zero = difference(left, right, name, 0);
    Optional<Double> one = difference(left, right, name, 1);
    Optional<Double> two = difference(left, right, name, 2);
    if (zero.isEmpty() || one.isEmpty() || two.isEmpty()) {
      return Optional.empty();
    }
    double slope = one.get() - zero.get();
    boolean linear = Math.abs(two.get() - one.get() - slope) <= NEAR * Math.abs(slope);
    return linear && slope != 0 ? Optional.of(-zero.get() / slope) : Optional.empty();
  }

  private static Optional<Double> difference(Expr left, Expr right, String name, long at) {
    Map<String, Rational> point = Map.of(name, Rational.of(at));
    return Equivalence.real(left, point)
        .flatMap(a -> Equivalence.real(right, point).map(b -> a - b));
  }
}
