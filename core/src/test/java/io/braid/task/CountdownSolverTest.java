package io.braid.task;

import static io.braid.task.Expressions.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountdownSolverTest {
  private static final Counting BY_ORDER = new Counting(Intermediates.POSITIVE, Sameness.ORDER);
  private static final Counting ANY = new Counting(Intermediates.ANY, Sameness.ALGEBRA);

  private final CountdownSolver solver = new CountdownSolver();

  private Set<String> solutions(Countdown problem) {
    return solver.solutions(problem).stream().map(Expression::text).collect(Collectors.toSet());
  }

  private static Set<String> keys(String... solutions) {
    return List.of(solutions).stream()
        .map(text -> read(text).canonical())
        .collect(Collectors.toSet());
  }

  @Test
  void smallProblemsHaveTheSolutionsFoundByHand() {
    assertThat(solver.keys(new Countdown(List.of(2, 3, 4), 9))).isEqualTo(keys("2+3+4"));
    assertThat(solver.keys(new Countdown(List.of(2, 3, 4), 10))).isEqualTo(keys("3*4-2", "2*3+4"));
    assertThat(solver.keys(new Countdown(List.of(2, 3, 4), 6))).isEqualTo(keys("3*4/2", "3*(4-2)"));
    assertThat(solver.keys(new Countdown(List.of(2, 3, 4), 99))).isEmpty();
  }

  @Test
  void underOrderSamenessASumOfThreeHasThreeSolutions() {
    assertThat(solutions(new Countdown(List.of(2, 3, 4), 9, BY_ORDER))).hasSize(3);
    assertThat(solver.keys(new Countdown(List.of(2, 3, 4), 9, BY_ORDER)))
        .containsExactlyInAnyOrder("(2+(3+4))", "(3+(2+4))", "(4+(2+3))");
  }

  @Test
  void fractionsAreFoundOnlyIfAllowed() {
    List<Integer> numbers = List.of(3, 3, 8, 8);
    assertThat(solutions(new Countdown(numbers, 24))).isEmpty();
    assertThat(solutions(new Countdown(numbers, 24, ANY))).containsExactly("8 / ( 3 - 8 / 3 )");
  }

  /** OEIS A140606: 1, 6, 68, 1170, 27142 inequivalent expressions over n operands. */
  @Test
  void theNumberOfAlgebraicallyDifferentExpressionsMatchesTheKnownSequence() {
    assertThat(Enumeration.all(List.of(101, 1009), ANY)).hasSize(6);
    assertThat(Enumeration.all(List.of(101, 1009, 10_007), ANY)).hasSize(68);
    assertThat(Enumeration.all(List.of(101, 1009, 10_007, 100_003), ANY)).hasSize(1170);
  }

  @Test
  void theEnumerationMatchesANaiveSearch() {
    Random random = new Random(5);
    for (int i = 0; i < 24; i++) {
      int size = i < 16 ? 3 : 4;
      List<Integer> numbers = random.ints(size, 1, i % 2 == 0 ? 10 : 21).sorted().boxed().toList();
      for (Intermediates intermediates : Intermediates.values()) {
        for (Sameness sameness : Sameness.values()) {
          Counting counting = new Counting(intermediates, sameness);
          assertThat(enumerated(numbers, counting))
              .as("%s %s", numbers, counting)
              .isEqualTo(new NaiveSearch(numbers).keysByTarget(counting, 1, 99));
        }
      }
    }
  }

  /**
   * Each number occurs once in an expression, so two expressions are algebraically the same exactly
   * if they are the same rational function of the numbers, which is checked at a random point of a
   * prime field. Canonical forms also identify some other expressions, but only if a subexpression
   * is 0, 1 or −1.
   */
  @Test
  void canonicalFormsAreEqualExactlyIfTheFunctionsAre() {
    List<Integer> numbers = List.of(7, 31, 211, 3001);
    Map<Integer, Long> point = new HashMap<>();
    Random random = new Random(1);
    numbers.forEach(number -> point.put(number, random.nextLong(1, NaiveSearch.PRIME)));
    Map<String, Long> valueOfForm = new HashMap<>();
    Map<Long, String> formOfValue = new HashMap<>();
    for (Expression expression : new NaiveSearch(numbers).everything()) {
      String form = expression.canonical();
      long value = NaiveSearch.atPoint(expression, point);
      assertThat(valueOfForm.computeIfAbsent(form, _ -> value)).as(form).isEqualTo(value);
      assertThat(formOfValue.computeIfAbsent(value, _ -> form)).isEqualTo(form);
    }
    assertThat(valueOfForm).hasSize(1170);
  }

  private static Map<Integer, Set<String>> enumerated(List<Integer> numbers, Counting counting) {
    Map<Integer, Set<String>> keys = new TreeMap<>();
    Enumeration.byValue(numbers, counting, 1, 99)
        .forEach((target, expressions) -> {
          Set<String> distinct = new HashSet<>();
          expressions.forEach(
              expression -> assertThat(distinct.add(counting.sameness().key(expression))).isTrue());
          keys.put(target, distinct);
        });
    return keys;
  }

  @Test
  void aRandomSolutionIsEquivalentToASolutionAndAllowed() {
    for (Counting counting : List.of(Counting.STANDARD, BY_ORDER, ANY)) {
      Countdown problem = new Countdown(List.of(2, 3, 4, 6), 24, counting);
      Set<String> keys = new HashSet<>();
      Set<String> texts = new HashSet<>();
      IntStream.range(0, 400)
          .forEach(seed -> {
            Expression found = solver.randomSolution(problem, seed);
            assertThat(solver.randomSolution(problem, seed)).isEqualTo(found);
            assertThat(found.value()).contains(Rational.of(24));
            assertThat(counting.intermediates().allow(found)).isTrue();
            keys.add(counting.sameness().key(found));
            texts.add(found.text());
          });
      assertThat(keys).isEqualTo(solver.keys(problem));
      assertThat(texts.size()).isGreaterThan(keys.size());
    }
  }

  @Test
  void theOrderOfTheNumbersDoesNotMatter() {
    assertThat(new Countdown(List.of(7, 3, 5), 26)).isEqualTo(new Countdown(List.of(3, 5, 7), 26));
    assertThat(new Countdown(List.of(7, 3, 5), 26).key()).isEqualTo("countdown:3,5,7=26");
  }

  @Test
  void numbersOutOfBoundsAreRefused() {
    for (List<Integer> numbers :
        List.of(List.of(1), List.of(1, 2, 3, 4, 5, 6), List.of(0, 1), List.of(1, 1_000_000))) {
      assertThatThrownBy(() -> new Countdown(new ArrayList<>(numbers), 3))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(numbers.toString());
    }
  }
}
