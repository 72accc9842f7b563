package io.braid.math.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.value.Expr;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "square feet, ft^2",
    "centimeters, cm",
    "m/s, meters per second",
    "mph, miles/hour",
    "cubic metres, m³",
    "percentages, percentage",
    "kilos, kg",
  })
  void oneUnitHasOneName(String one, String other) {
    assertThat(Units.canonical(one)).isEqualTo(Units.canonical(other));
  }

  @ParameterizedTest
  @CsvSource({"cm, m", "MeV, meV", "dollars, cents", "m/s, m", "ft^2, ft^3"})
  void otherUnitsHaveOtherNames(String one, String other) {
    assertThat(Units.canonical(one)).isNotEmpty().isNotEqualTo(Units.canonical(other));
  }

  @Test
  void whatIsNoUnitHasNoName() {
    assertThat(Units.canonical("apples")).isEmpty();
    assertThat(Units.canonical("units")).isEmpty();
    assertThat(Units.canonical("")).isEmpty();
  }

  @Test
  void wordsThatDenyOrCalculateAreNoNoun() {
    assertThat(Units.isClean("red marbles")).isTrue();
    assertThat(Units.isClean("or six")).isFalse();
    assertThat(Units.isClean("squared")).isFalse();
    assertThat(Units.isClean("cm squared")).isTrue();
    assertThat(Units.isClean("is not the answer")).isFalse();
  }

  @Test
  void numbersInWordsHaveTheirValue() {
    assertThat(WordText.number("seventeen")).contains(Expr.Num.of(17));
    assertThat(WordText.number("apples")).isEqualTo(Optional.empty());
  }
}
