package io.braid.math.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.read.AnswerReader;
import io.braid.math.read.NormalisedText;
import io.braid.math.value.Answer;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerComparisonTest {
  private static final Tolerance STRICT = new Tolerance(false, false, OptionalInt.empty());

  static Answer read(String text) {
    return AnswerReader.read(NormalisedText.of(text));
  }

  private static String compared(String gold, String given, Tolerance tolerance) {
    return switch (new AnswerComparison(tolerance).compare(read(gold), read(given))) {
      case Comparison.Equal _ -> "equal";
      case Comparison.Different(String reason) -> reason;
      case Comparison.Undecided _ -> "undecided";
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1/2 | 0.5 | equal",
        "5 | 6 | another value",
        "x^2 | x^3 | another formula",
        "5 | 2+3 | not worked out: terms to be added up",
        "28 | 140/5 | not worked out: a fraction that is not in lowest terms",
        "5 \\text{ cm} | 5 \\text{ m} | another unit",
        "1, 2 | 2, 1 | equal",
        "1, 2 | 1, 2, 3 | 3 answers where there are 2",
        "1, 2 | 1, 3 | missing: 2",
        "1, 2 | 1 | one answer where there are 2",
        "(1, 2) | (1, 3) | term 2: another value",
        "(1, 2) | [1, 2] | other brackets",
        "(-\\infty, 2] | x \\le 2 | equal",
        "x < 2 | x \\le 2 | other numbers are in the set",
        "x = 5 | y = 5 | another equation or inequality",
        "y = 2x+3 | 2x-y+3=0 | equal",
        "12:30 | 8:20 | another time",
        "3:5 | 6:10 | equal",
        "C | (C) | equal",
        "C | (D) | another choice",
        "yes | true | equal",
        "\\text{Evelyn} | \\text{Anna} | another text",
        "-3 \\le x \\le 7 | \\lvert x-2\\rvert \\le 5 | not solved",
        "[0, \\infty) | [0, \\infty] | infinity is no number",
      })
  void theReasonForADifferenceIsPrinted(String gold, String given, String outcome) {
    assertThat(compared(gold, given, STRICT)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\frac13 | 0.333",
        "5 \\text{ cm} | 5 \\text{ long}",
        "(1,2) | 1, 2",
        "3:5 | 3/5",
        "60^\\circ | \\pi/3",
        "6 | 6m",
      })
  void lenientAcceptsMoreThanStrict(String gold, String given) {
    assertThat(compared(gold, given, Tolerance.LENIENT)).isEqualTo("equal");
    assertThat(compared(gold, given, STRICT)).isNotEqualTo("equal");
  }

  @Test
  void theOrderOfListsCanMatter() {
    Tolerance ordered = new Tolerance(true, true, OptionalInt.empty());
    assertThat(compared("1, 2", "2, 1", ordered)).isEqualTo("term 1: another value");
  }

  @Test
  void decimalsCanBeComparedToAGivenNumberOfDigits() {
    Tolerance twoDigits = new Tolerance(true, false, OptionalInt.of(2));
    assertThat(compared("0.333", "0.33", twoDigits)).isEqualTo("equal");
    assertThat(compared("0.333", "0.34", twoDigits)).isEqualTo("another value");
  }
}
