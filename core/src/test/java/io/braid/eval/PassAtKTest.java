package io.braid.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassAtKTest {
  @Test
  void theEstimateIsTheFractionOfSubsetsWithACorrectSample() {
    for (int n = 1; n <= 10; n++) {
      for (int c = 0; c <= n; c++) {
        int correct = (1 << c) - 1; // the first c samples are correct
        for (int k = 1; k <= n; k++) {
          int subsets = 0;
          int passing = 0;
          for (int subset = 0; subset < 1 << n; subset++) {
            if (Integer.bitCount(subset) == k) {
              subsets++;
              passing += (subset & correct) != 0 ? 1 : 0;
            }
          }
          assertThat(PassAtK.estimate(n, c, k))
              .as("n=%d, c=%d, k=%d", n, c, k)
              .isCloseTo(passing / (double) subsets, within(1e-12));
        }
      }
    }
  }

  @Test
  void manySamplesDoNotOverflow() {
    assertThat(PassAtK.estimate(10_000, 1, 5_000)).isCloseTo(0.5, within(1e-9));
    assertThat(PassAtK.estimate(10_000, 5_001, 5_000)).isEqualTo(1);
    assertThat(PassAtK.estimate(10_000, 0, 10_000)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"4, 1, 0", "4, 1, 5", "4, -1, 1", "4, 5, 1"})
  void refusesImpossibleNumbers(int n, int c, int k) {
    assertThatThrownBy(() -> PassAtK.estimate(n, c, k))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("n=%d, c=%d, k=%d", n, c, k);
  }
}
