package io.braid.experiment.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DivergenceTest {
  private static double[] logs(double... probabilities) {
    return Arrays.stream(probabilities).map(Math::log).toArray();
  }

  @Test
  void matchesManualResults() {
    double[] half = logs(0.5, 0.5);
    double[] quarter = logs(0.25, 0.75);

    assertThat(Divergence.kl(half, half)).isZero();
    // ½ log(½ / ¼) + ½ log(½ / ¾) = ½ log(4 / 3)
    assertThat(Divergence.kl(half, quarter)).isCloseTo(Math.log(4.0 / 3) / 2, within(1e-15));
    // ¼ log ½ + ¾ log 3/2
    assertThat(Divergence.kl(quarter, half))
        .isCloseTo(Math.log(0.5) / 4 + 0.75 * Math.log(1.5), within(1e-15));
  }

  @Test
  void zeroProbabilityAddsNothingAndAMissingOutcomeIsInfinite() {
    double[] one = logs(1, 0);
    double[] half = logs(0.5, 0.5);

    assertThat(Divergence.kl(one, half)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(Divergence.kl(half, one)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void anExpectationIsAWeightedSum() {
    assertThat(Divergence.expectation(logs(0.25, 0.75), new double[] {4, 8}))
        .isCloseTo(7, within(1e-14));
  }

  @Test
  void requiresTheSameNumberOfOutcomes() {
    assertThatThrownBy(() -> Divergence.kl(logs(1), logs(0.5, 0.5)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
