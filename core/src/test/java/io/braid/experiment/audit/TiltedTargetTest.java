package io.braid.experiment.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TiltedTargetTest {
  @Test
  void logZMatchesABruteForceSum() {
    Random random = new Random(3);
    double[] weights = random.doubles(50, 0.1, 1).toArray();
    double total = Arrays.stream(weights).sum();
    double[] reference = Arrays.stream(weights).map(weight -> weight / total).toArray();
    double[] rewards = random.doubles(50).toArray();

    TiltedTarget target =
        TiltedTarget.of(Arrays.stream(reference).map(Math::log).toArray(), rewards, 1.7, 4);

    double z = 0;
    for (int y = 0; y < 50; y++) {
      z += reference[y] * Math.pow(Math.exp(1.7 * rewards[y]), 4);
    }
    assertThat(target.logZ()).isCloseTo(Math.log(z) / 4, within(1e-12));
    for (int y = 0; y < 50; y++) {
      double expected = reference[y] * Math.exp(4 * 1.7 * rewards[y]) / z;
      assertThat(Math.exp(target.logProbs()[y])).isCloseTo(expected, within(1e-14));
      // The residual of FlowRL's loss vanishes for every response.
      double residual =
          target.logZ() + target.logProbs()[y] / 4 - 1.7 * rewards[y] - Math.log(reference[y]) / 4;
      assertThat(residual).isCloseTo(0, within(1e-12));
    }
  }

  @Test
  void largeExponentsDoNotOverflow() {
    TiltedTarget target =
        TiltedTarget.of(new double[] {Math.log(0.5), Math.log(0.5)}, new double[] {1, 0}, 1000, 4);

    assertThat(target.logZ()).isCloseTo(1000 + Math.log(0.5) / 4, within(1e-9));
    assertThat(target.logProbs()).containsExactly(new double[] {0, -4000}, within(1e-9));
  }
}
