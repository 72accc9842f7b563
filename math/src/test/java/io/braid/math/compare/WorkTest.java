package io.braid.math.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.value.Answer;
import io.braid.math.value.Expr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkTest {
  private static final String PREFIX = "not worked out: ";

  private static Expr expr(String text) {
    return ((Answer.Value) AnswerComparisonTest.read(text)).expr();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | 2+3 | terms to be added up | terms to be added up",
        "6 | 2*3 | numbers to be multiplied | numbers to be multiplied",
        "2/3 | (2/5)/(3/5) | a division | a division",
        "8 | 2^3 | a power, a root or a coefficient that is a small number | a power, a root or a"
            + " coefficient that is a small number",
        "1048576 | 2^{20} | a power | done",
        "3628800 | 10! | a factorial or a binomial coefficient | done",
        "3/4 | 6/8 | a fraction that is not in lowest terms | done",
        "2-\\sqrt3 | \\frac{1}{2+\\sqrt3} | a denominator to be cleared | done",
        "3 | \\log_2 8 | ln | ln",
        "5\\sqrt2 | \\sqrt{50} | done | done",
        "x+5 | x+2+3 | terms to be added up | done",
      })
  void stepsDoneInTheReferenceMustBeDone(String gold, String given, String strict, String lenient) {
    assertThat(undone(gold, given, false)).isEqualTo(strict);
    assertThat(undone(gold, given, true)).isEqualTo(lenient);
  }

  private static String undone(String gold, String given, boolean lenient) {
    return Work.undone(expr(gold), expr(given), lenient)
        .map(reason -> reason.replace(PREFIX, ""))
        .orElse("done");
  }

  /** If several steps are left, the first kind is always named. */
  @ParameterizedTest
  @CsvSource({"1, 2+3-4^2/2*6/3+\\sqrt{16}"})
  void theReasonIsDeterministic(String gold, String given) {
    assertThat(undone(gold, given, false)).isEqualTo("terms to be added up");
  }
}
