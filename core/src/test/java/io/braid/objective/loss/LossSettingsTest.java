package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.objective.loss.KlTerm.Estimator;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossSettingsTest {
  @Test
  void k1InALossIsRefusedBecauseItHoldsNothingBack() {
    assertThatThrownBy(() -> new KlTerm(Estimator.K1, 0.1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("use k2 or k3");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void aKlCoefficientMustBeAboveZero(double coefficient) {
    assertThatThrownBy(() -> new KlTerm(Estimator.K2, coefficient))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("coefficient");
  }

  @ParameterizedTest
  @CsvSource({"0, 0.2", "1, 0.2", "0.2, 0", "NaN, 0.2", "0.2, NaN"})
  void clipBoundsThatClipNothingOrEverythingAreRefused(double low, double high) {
    assertThatThrownBy(() ->
            new ClippedSurrogate(
                low, high, Optional.empty(), new Aggregation.TokenMean(), Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("clip bound");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -3, Double.NaN})
  void aConstantLengthMustBeAboveZero(double length) {
    assertThatThrownBy(() -> new Aggregation.Constant(length))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("length:");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.2, 0, 1, beta",
    "NaN, 0.2, 0, 1, beta",
    "15, 0, 0, 1, epsilon",
    "15, 1, 0, 1, epsilon",
    "15, 0.2, 1, 1, dropout",
    "15, 0.2, -0.1, 1, dropout",
    "15, 0.2, 0, 0, learning_rate"
  })
  void flowRlsSettingsMustBeInRange(
      double beta, double epsilon, double dropout, double rate, String key) {
    assertThatThrownBy(() -> TrajectoryBalance.of(beta, epsilon, dropout, rate))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(key + ":");
  }

  @Test
  void onlyALossWithAKlTermKeepsResponsesWithoutAdvantage() {
    Aggregation mean = new Aggregation.TokenMean();

    assertThat(new ClippedSurrogate(0.2, 0.2, Optional.empty(), mean, Optional.empty()))
        .returns(true, PolicyLoss::ignoresZeroAdvantage)
        .returns(false, PolicyLoss::usesReference);
    assertThat(
            new ClippedSurrogate(
                0.2, 0.2, Optional.empty(), mean, Optional.of(new KlTerm(Estimator.K3, 0.1))))
        .returns(false, PolicyLoss::ignoresZeroAdvantage)
        .returns(true, PolicyLoss::usesReference);
  }
}
