package io.braid.math.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.value.Answer;
import io.braid.math.value.Expr;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalTest {
  private static Expr expr(String text) {
    return ((Answer.Value) AnswerComparisonTest.read(text)).expr();
  }

  /** The table "Decimals" of docs/verification.md. */
  @ParameterizedTest
  @CsvSource({
    "3.67, 11/3, true, true",
    "3.67, 3.6667, false, true",
    "3.67, 3.66666666667, true, true",
    "3.6667, 3.67, false, false",
    "3.6667, 3.667, false, true",
    "1/3, 0.333, false, true",
    "1/3, 0.33, false, false",
    "1/3, 0.334, false, false",
    "\\pi, 3.142, false, true",
    "\\pi, 3.14, false, false",
    "1/3, 0.333333333333, true, true",
    "5, 5.001, false, false",
  })
  void aDecimalMayBeTheOtherValueRounded(
      String gold, String given, boolean strict, boolean lenient) {
    Tolerance strictly = new Tolerance(false, false, OptionalInt.empty());
    assertThat(Decimal.rounds(expr(gold), expr(given), strictly)).isEqualTo(strict);
    assertThat(Decimal.rounds(expr(gold), expr(given), Tolerance.LENIENT)).isEqualTo(lenient);
  }

  @ParameterizedTest
  @CsvSource({
    "0.3, 0.30000000000000004, true",
    "12, 11.999999999999998, true",
    "12, 11.9999, false",
  })
  void floatingPointNoiseIsIgnored(String gold, String given, boolean noise) {
    assertThat(Decimal.isNoise(expr(gold), expr(given))).isEqualTo(noise);
  }
}
