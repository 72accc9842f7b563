package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.objective.loss.KlTerm.Estimator;
import io.braid.trajectory.Column;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossSettingsTest {
  @Test
  void k1InALossIsRefusedBecauseItHasNoEffect() {
    assertThatThrownBy(() -> new KlTerm(Estimator.K1, 0.1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("use k2 or k3");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void aKlCoefficientMustBeAboveZero(double coefficient) {
    assertThatThrownBy(() -> new KlTerm(Estimator.K2, coefficient))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("coef");
  }

  @ParameterizedTest
  @CsvSource({"0, 0.2", "1, 0.2", "0.2, 0", "NaN, 0.2", "0.2, NaN"})
  void clipBoundsThatClipNothingOrEverythingAreRefused(double low, double high) {
    assertThatThrownBy(() ->
            new PpoClip(low, high, Optional.empty(), new Aggregation.TokenMean(), Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("clip bound");
  }

  @ParameterizedTest
  @CsvSource({"0, 0.2", "1, 0.2", "0.2, 0", "NaN, 0.2", "0.2, NaN"})
  void gspoRefusesTheSameClipBounds(double low, double high) {
    assertThatThrownBy(() -> new Gspo(low, high, new Aggregation.TokenMean(), Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("clip bound");
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "1.1, 4", "0.2, 0", "NaN, 4", "0.2, NaN"})
  void cispoMayOmitTheLowerBoundButNotExceedIt(double low, double high) {
    assertThatThrownBy(() -> new Cispo(low, high, new Aggregation.TokenMean(), Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("epsilon_low:");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5, -3, Double.NaN})
  void aDualClipBelowOneIsRefused(double bound) {
    assertThatThrownBy(() ->
            new PpoClip(
                0.2, 0.2, Optional.of(bound), new Aggregation.TokenMean(), Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("dual_clip:");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -3, Double.NaN})
  void aConstantLengthMustBeAboveZero(double length) {
    assertThatThrownBy(() -> new Aggregation.SequenceMeanTokenSumNorm(length))
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
  void flowRlSettingsMustBeInRange(
      double beta, double epsilon, double dropout, double rate, String key) {
    assertThatThrownBy(() -> Flowrl.of(beta, epsilon, dropout, rate))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(key + ":");
  }

  @Test
  void onlyALossWithAKlTermKeepsResponsesWithoutAdvantage() {
    Aggregation mean = new Aggregation.TokenMean();

    assertThat(new PpoClip(0.2, 0.2, Optional.empty(), mean, Optional.empty()))
        .returns(true, PolicyLoss::ignoresZeroAdvantage)
        .returns(Set.of(), PolicyLoss::needs);
    assertThat(
            new PpoClip(
                0.2, 0.2, Optional.empty(), mean, Optional.of(new KlTerm(Estimator.K3, 0.1))))
        .returns(false, PolicyLoss::ignoresZeroAdvantage)
        .returns(Set.of(Column.REF_LOG_PROBS), PolicyLoss::needs);
  }

  @Test
  void autoKeepsBetaTimesLengthConstant() {
    assertThat(Beta.parse("auto").at(7)).isEqualTo(1);
    assertThat(Beta.parse("auto").at(70)).isEqualTo(0.1);
    assertThat(Beta.parse("1.5").at(70)).isEqualTo(1.5);
    assertThat(Beta.parse("auto")).hasToString("auto");
    assertThat(Beta.parse("1.5")).hasToString("1.5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Auto", "0", "-1", "NaN", "many"})
  void aBetaIsANumberAboveZeroOrAuto(String text) {
    assertThatThrownBy(() -> Beta.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
