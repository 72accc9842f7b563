package io.braid.objective;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EqualRewardsTest {
  private static final double SUM = 0.1 + 0.2;

  @ParameterizedTest
  @CsvSource({
    "0.3, 0.30000000000000004, true",
    "0.3, 0.30000001192092896, true", // 0.3 as a float32
    "1, 0.9999999999999999, true",
    "0, 5.551115123125783e-17, true", // 0.1 + 0.2 - 0.3
    "-0.7, -0.7000000000000001, true",
    "0.0, -0.0, true",
    "1e308, 9.9999999e307, true",
    "0.3, 0.3001, false",
    "0, 1e-9, false",
    "1000000, 1000001, false",
    "1e308, -1e308, false",
    "1.7e308, -1.7e308, false",
    "0, 1, false"
  })
  void differencesWithinRoundingCountAsEqual(double a, double b, boolean equal) {
    assertThat(EqualRewards.equal(a, b)).isEqualTo(equal);
    assertThat(EqualRewards.equal(b, a)).isEqualTo(equal);
    assertThat(EqualRewards.all(new double[] {a, b, a})).isEqualTo(equal);
  }

  @Test
  void equalRewardsAreMergedToTheSmallestOfThem() {
    assertThat(SUM).isNotEqualTo(0.3);
    assertThat(EqualRewards.merged(new double[] {SUM, 1, 0.3, 0, SUM}))
        .containsExactly(0.3, 1, 0.3, 0, 0.3);
    assertThat(EqualRewards.merged(new double[] {})).isEmpty();
    assertThat(EqualRewards.all(new double[] {})).isTrue();
  }

  @Test
  void rewardsInSmallStepsAreNotMergedIntoOne() {
    double[] ladder = new double[1000];
    for (int i = 0; i < ladder.length; i++) {
      ladder[i] = 1 + i * 1e-7;
    }
    assertThat(EqualRewards.all(ladder)).isFalse();
    double[] merged = EqualRewards.merged(ladder);
    for (int i = 0; i < ladder.length; i++) {
      assertThat(EqualRewards.equal(merged[i], ladder[i])).isTrue();
    }
  }

  @Test
  void ordinaryRewardsAreUnchanged() {
    double[] rewards = {0, 0.5, 1, 0.5};
    assertThat(EqualRewards.merged(rewards)).isSameAs(rewards);
  }
}
