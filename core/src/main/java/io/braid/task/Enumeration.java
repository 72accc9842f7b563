package io.braid.task;

import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Enumerates all distinct expressions over a set of numbers, by value.
 *
 * <p>The enumeration uses dynamic programming over the subsets of the numbers. The expressions for
 * a subset combine the expressions for two complementary parts of it. If several expressions are
 * the same solution, only the first is kept. If every value is allowed, four numbers have 1,170
 * algebraically different expressions (OEIS A140606).
 */
final class Enumeration {
  private record Candidate(Expression expression, Rational value) {}

  private final List<Integer> numbers;
  private final Counting counting;

  private Enumeration(List<Integer> numbers, Counting counting) {
    this.numbers = numbers;
    this.counting = counting;
  }

  /**
   * Returns the expressions that use every number once and whose value is an integer in the range.
   */
  static SortedMap<Integer, List<Expression>> byValue(
      List<Integer> numbers, Counting counting, int least, int most) {
    SortedMap<Integer, List<Expression>> byValue = new TreeMap<>();
    Predicate<Rational> inRange =
        value -> value.asInt().stream().anyMatch(whole -> least <= whole && whole <= most);
    for (Candidate found : new Enumeration(numbers, counting).all(inRange)) {
      byValue
          .computeIfAbsent(found.value.asInt().orElseThrow(), _ -> new ArrayList<>())
          .add(found.expression);
    }
    return byValue;
  }

  /** Returns the expressions that use every number once, with any value. */
  static List<Expression> all(List<Integer> numbers, Counting counting) {
    return new Enumeration(numbers, counting)
        .all(_ -> true).stream().map(Candidate::expression).toList();
  }

  private Collection<Candidate> all(Predicate<Rational> wanted) {
    int everything = (1 << numbers.size()) - 1;
    List<Collection<Candidate>> bySubset = new ArrayList<>();
    bySubset.add(List.of());
    for (int subset = 1; subset <= everything; subset++) {
      bySubset.add(
          Integer.bitCount(subset) == 1
              ? List.of(number(numbers.get(Integer.numberOfTrailingZeros(subset))))
              : joined(subset, bySubset, subset == everything ? wanted : _ -> true));
    }
    return bySubset.get(everything);
  }

  private static Candidate number(int number) {
    return new Candidate(new Expression.Literal(number), Rational.of(number));
  }

  private Collection<Candidate> joined(
      int subset, List<Collection<Candidate>> bySubset, Predicate<Rational> wanted) {
    Map<String, Candidate> distinct = new LinkedHashMap<>();
    for (int part = (subset - 1) & subset; part > 0; part = (part - 1) & subset) {
      int rest = subset ^ part;
      for (Candidate left : bySubset.get(part)) {
        for (Candidate right : bySubset.get(rest)) {
          for (Operator operator : Operator.values()) {
            if (part > rest || operator.isInverse()) {
              join(operator, left, right, wanted, distinct);
            }
          }
        }
      }
    }
    return distinct.values();
  }

  private void join(
      Operator operator,
      Candidate left,
      Candidate right,
      Predicate<Rational> wanted,
      Map<String, Candidate> distinct) {
    Optional<Rational> value =
        operator
            .apply(left.value, right.value)
            .filter(counting.intermediates()::allow)
            .filter(wanted);
    if (value.isPresent()) {
      Expression whole = new Expression.Binary(operator, left.expression, right.expression);
      distinct.putIfAbsent(counting.sameness().key(whole), new Candidate(whole, value.get()));
    }
  }
}
