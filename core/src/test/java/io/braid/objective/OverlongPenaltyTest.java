package io.braid.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OverlongPenaltyTest {
  @Test
  void penaltiesMatchThePublishedCode() {
    JsonNode golden = AdvantagesGolden.part("overlong");
    OverlongPenalty penalty =
        new OverlongPenalty(
            golden.required("buffer").asInt(), golden.required("factor").asDouble());
    double[] expected = LossesGolden.numbers(golden.required("penalties"));

    for (int length = 1; length <= expected.length; length++) {
      assertThat(penalty.of(length, golden.required("limit").asInt()))
          .as("%s tokens", length)
          .isCloseTo(expected[length - 1], within(1e-12));
    }
  }

  @Test
  void thePenaltyIsZeroBeforeTheBufferAndTheFactorAtTheLimit() {
    OverlongPenalty penalty = new OverlongPenalty(4, 1);

    assertThat(penalty.of(12, 16)).isEqualTo(0);
    assertThat(penalty.of(13, 16)).isEqualTo(-0.25);
    assertThat(penalty.of(16, 16)).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, buffer_tokens",
    "-1, 1, buffer_tokens",
    "4, 0, penalty_factor",
    "4, NaN, penalty_factor"
  })
  void settingsWithoutAPenaltyAreRefused(int buffer, double factor, String key) {
    assertThatThrownBy(() -> new OverlongPenalty(buffer, factor))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(key + ":");
  }
}
