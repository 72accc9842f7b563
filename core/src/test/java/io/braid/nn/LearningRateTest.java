package io.braid.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.nn.LearningRate.Fall;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateTest {
  private static final Offset<Double> EXACT = within(1e-15);

  @ParameterizedTest
  @EnumSource
  void warmUpIsLinearAndReachesThePeakAtItsLastStep(Fall fall) {
    assertThat(rates(new LearningRate(2, 4, 12, fall, 0.1), 0, 5))
        .containsExactly(new double[] {0.5, 1, 1.5, 2, 2}, EXACT);
  }

  @Test
  void constantStaysAtThePeak() {
    assertThat(rates(new LearningRate(2, 1, 3, Fall.CONSTANT, 0), 0, 6)).containsOnly(2);
  }

  @Test
  void linearDecaysToTheFloorAndStaysThere() {
    assertThat(rates(new LearningRate(2, 1, 5, Fall.LINEAR, 0.5), 1, 7))
        .containsExactly(new double[] {2, 1.75, 1.5, 1.25, 1, 1}, EXACT);
  }

  @Test
  void cosineDecaysToTheFloorAndStaysThere() {
    double root = Math.sqrt(0.5);
    assertThat(rates(new LearningRate(2, 0, 4, Fall.COSINE, 0), 0, 6))
        .containsExactly(new double[] {2, 1 + root, 1, 1 - root, 0, 0}, EXACT);
    assertThat(new LearningRate(2, 0, 4, Fall.COSINE, 0.25).at(2)).isCloseTo(1.25, EXACT);
  }

  @Test
  void withoutWarmUpTheFirstStepIsAtThePeak() {
    assertThat(new LearningRate(3e-4, 0, 10, Fall.LINEAR, 0).at(0)).isEqualTo(3e-4);
  }

  @Test
  void aWarmUpLongerThanTheRunNeverReachesThePeak() {
    assertThat(rates(new LearningRate(1, 8, 4, Fall.COSINE, 0), 0, 4))
        .containsExactly(new double[] {0.125, 0.25, 0.375, 0.5}, EXACT);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, 0",
    "NaN, 0, 1, 0",
    "Infinity, 0, 1, 0",
    "1, -1, 1, 0",
    "1, 0, 0, 0",
    "1, 0, 1, -0.1",
    "1, 0, 1, 1.1",
    "1, 0, 1, NaN"
  })
  void settingsOutOfRangeAreRefused(double peak, int warmup, int total, double floor) {
    assertThatThrownBy(() -> new LearningRate(peak, warmup, total, Fall.LINEAR, floor))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("learning rate: peak " + peak);
  }

  private static double[] rates(LearningRate rate, int from, int to) {
    return IntStream.range(from, to).mapToDouble(rate::at).toArray();
  }
}
