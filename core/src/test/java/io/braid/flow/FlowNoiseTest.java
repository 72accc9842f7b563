package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlowNoiseTest {
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  /** Includes widths and lengths that do not fill the engine's lanes of eight. */
  @Property(tries = 200, seed = "17")
  void rowsSampledInPartsEqualRowsSampledAtOnce(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 70) int rows,
      @ForAll @IntRange(min = 1, max = 40) int columns) {
    try (Scope own = Scope.open();
        RandomSource atOnce = new RandomSource(seed);
        RandomSource inParts = new RandomSource(seed)) {
      float[] whole = FlowNoise.normal(atOnce, rows, columns).toFloats();
      Random cut = new Random(seed);
      float[] joined = new float[0];
      int left = rows;
      while (left > 0) {
        int part = 1 + cut.nextInt(left);
        float[] drawn = FlowNoise.normal(inParts, part, columns).toFloats();
        joined = Arrays.copyOf(joined, joined.length + drawn.length);
        System.arraycopy(drawn, 0, joined, joined.length - drawn.length, drawn.length);
        left -= part;
      }

      assertThat(joined).hasSize(rows * columns).isEqualTo(whole);
    }
  }

  @Test
  void hasTheMomentsOfANormalDistribution() {
    double[] all;
    try (RandomSource random = new RandomSource(3)) {
      all = FlowNoise.normal(random, 20_000, 15).toDoubles();
    }
    assertThat(all).hasSize(300_000);
    assertThat(Arrays.stream(all)).allMatch(Double::isFinite);
    assertThat(moment(all, 1)).isCloseTo(0, within(0.01)); // standard error 0.002
    assertThat(moment(all, 2)).isCloseTo(1, within(0.015)); // 0.003
    assertThat(moment(all, 3)).isCloseTo(0, within(0.04)); // 0.007
    assertThat(moment(all, 4)).isCloseTo(3, within(0.1)); // 0.018
    assertThat(Arrays.stream(all).filter(z -> Math.abs(z) > 1.959964).count() / 300_000.0)
        .isCloseTo(0.05, within(0.002)); // 0.0004
  }

  @Test
  void columnsAndRowsAreUncorrelated() {
    int columns = 6;
    float[] all;
    try (RandomSource random = new RandomSource(5)) {
      all = FlowNoise.normal(random, 20_000, columns).toFloats();
    }
    for (int a = 0; a < columns; a++) {
      for (int b = 0; b < columns; b++) {
        double here = 0;
        double next = 0;
        for (int row = 0; row < 19_999; row++) {
          here += all[row * columns + a] * all[row * columns + b];
          next += all[row * columns + a] * all[(row + 1) * columns + b];
        }
        assertThat(here / 19_999).isCloseTo(a == b ? 1 : 0, within(0.05)); // standard error 0.007
        assertThat(next / 19_999).isCloseTo(0, within(0.04));
      }
    }
  }

  @Test
  void timesAreBetweenZeroAndOneForExtremeNumbers() {
    Tensor times = FlowNoise.times(Tensor.of(new float[] {0, 2, -2, 200, -200}, 5));

    assertThat(times.toFloats())
        .containsExactly(new float[] {0.5f, 0.880797f, 0.119203f, 1, 0}, within(1e-6f));
  }

  @Test
  void interpolatesBetweenNoiseAndLatent() {
    Tensor latent = Tensor.of(new float[] {2, 4}, 1, 2);
    Tensor noise = Tensor.of(new float[] {-2, 0}, 1, 2);

    assertThat(FlowNoise.between(latent, noise, FlowNoise.time(0.75)).toFloats())
        .containsExactly(1, 3);
  }

  private static double moment(double[] numbers, int power) {
    return Arrays.stream(numbers).map(z -> Math.pow(z, power)).average().orElseThrow();
  }
}
