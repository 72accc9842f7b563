package io.braid.math.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalCommaTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3,75 | 3.75",
        "1.250,50 | 1250.50",
        "0,25 | 0.25",
        "[1,5; 2,5] | [1.5; 2.5]",
        "1,234 | none",
        "(1,5) | none",
        "7 | none"
      })
  void commasBecomePointsWhereTheyCanBe(String written, String pointed) {
    assertThat(DecimalComma.pointed(written).orElse("none")).isEqualTo(pointed);
  }

  @Test
  void someCommasCanBeNothingElse() {
    assertThat(DecimalComma.isCertain("1.250,50")).isTrue();
    assertThat(DecimalComma.isCertain("4,00")).isTrue();
    assertThat(DecimalComma.isCertain("3,75")).isFalse();
    assertThat(DecimalComma.isLikely("3,75")).isTrue();
    assertThat(DecimalComma.isLikely("3,7")).isFalse();
  }

  @Test
  void pointsPartThousandsWhereTheTextWritesDecimalCommas() {
    assertThat(DecimalComma.inContext("1.400", "3,50 plus 1.396,50 is 1.400")).contains("1400");
    assertThat(DecimalComma.inContext("1.400", "3.5 and 1.400")).isEmpty();
  }
}
