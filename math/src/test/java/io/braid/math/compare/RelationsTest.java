package io.braid.math.compare;

import static io.braid.math.compare.AnswerComparisonTest.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.value.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Equations, inequalities, sets and times of day. */
class RelationsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x = 5 | 5",
        "f(x) = 1 | 1",
        "10 = x | 10",
        "5+5 = 10 | 10",
        "x \\approx 3.14 | 3.14",
        "x = 1/3 \\approx 0.33 | 1/3",
        "m+n = 42 | 42",
        "3 = 5 | none",
        "x^2 = 4 | none",
        "x = 2+5 = 8 | none",
      })
  void anEquationMayGiveAValue(String equation, String value) {
    assertThat(
            Equations.value((Answer.Relation) read(equation)).map(Answer::reading).orElse("none"))
        .isEqualTo(value);
  }

  @Test
  void lenientUsesTheLastValueOfAName() {
    assertThat(Equations.value((Answer.Relation) read("x = 2+5 = 8"), true).map(Answer::reading))
        .contains("8");
  }

  @Test
  void oneEquationMayBeAMultipleOfTheOther() {
    Answer.Relation line = (Answer.Relation) read("y = 2x+3");
    assertThat(Equations.equal(line, (Answer.Relation) read("2x-y+3 = 0"))).isTrue();
    assertThat(Equations.equal(line, (Answer.Relation) read("2x-y-3 = 0"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x \\le 2 | (-\\infty, 2]",
        "2 \\ge x | (-\\infty, 2]",
        "-2 \\le x \\le 7 | [-2, 7]",
        "x \\in (1, 2) | (1, 2)",
        "x \\ne 3 | none",
      })
  void anInequalityIsAnInterval(String inequality, String interval) {
    assertThat(
            Bounds.of(read(inequality))
                .map(i -> i.reading().replace("tuple or interval ", ""))
                .orElse("none"))
        .isEqualTo(interval);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(-\\infty, 1) \\cup (2, \\infty) | x < 1 \\text{ or } x > 2 | true",
        "[0, 1] \\cup [1, 2] | [0, 2] | true",
        "[0, 1) \\cup (1, 2] | [0, 2] | false",
        "x^2 < 4 | (-2, 2) | true",
        "\\mathbb{R} | (-\\infty, \\infty) | true",
      })
  void setsAreComparedByTheirNumbers(String one, String other, boolean same) {
    Region left = Region.of(read(one)).orElseThrow();
    Region right = Region.of(read(other)).orElseThrow();
    assertThat(left.isSame(right)).isEqualTo(same);
    assertThat(right.isSame(left)).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "20:34 | 20:34:00 | Equal[]",
        "3:00\\text{ pm} | 15:00 | Equal[]",
        "3\\text{ pm} | 3:00\\text{ am} | Different[reason=another time]",
        "12:30 | 5 | Undecided[]",
      })
  void timesOfDayAreCompared(String one, String other, String outcome) {
    assertThat(Clock.compare(read(one), read(other))).hasToString(outcome);
  }

  @Test
  void namedValuesAreInTheOrderOfTheirNames() {
    List<Answer> named = ((Answer.Listing) read("y = 2, x = 1")).items();
    assertThat(NamedAnswers.sorted(named).orElseThrow())
        .extracting(Answer::reading)
        .containsExactly("x = 1", "y = 2");
    assertThat(NamedAnswers.haveNames(named)).isTrue();
    assertThat(NamedAnswers.haveNames(((Answer.Listing) read("x_1 = 2, x_2 = 1")).items()))
        .isFalse();
  }

  @Test
  void aRelationMayStillBeTheQuestion() {
    assertThat(Solved.isOpen(read("|x-2| \\le 5"))).isTrue();
    assertThat(Solved.isOpen(read("x \\le 5"))).isFalse();
    assertThat(Solved.isSolved(read("-3 \\le x \\le 7"))).isTrue();
    assertThat(Solved.isLinear(read("2x \\le 5"))).isTrue();
    assertThat(Solved.isLinear(read("x^2 \\le 5"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.5 | \\frac12 | true",
        "2\\sqrt3 | \\sqrt{12} | true",
        "1, 2 | 2, 1 | true",
        "x = 5 | 5 | true",
        "(x+1)^2 | x^2+2x+1 | true",
        "1, 2 | (1, 2) | false",
        "x | x+1 | false",
      })
  void equalAnswersHaveOneKey(String one, String other, boolean same) {
    assertThat(AnswerKey.of(read(one)).equals(AnswerKey.of(read(other)))).isEqualTo(same);
  }
}
