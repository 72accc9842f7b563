package io.braid.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final Bootstrap BOOTSTRAP = new Bootstrap(7);

  private static double[][] constant(int seeds, int problems, double value) {
    double[][] values = new double[seeds][problems];
    Arrays.stream(values).forEach(row -> Arrays.fill(row, value));
    return values;
  }

  @Property(tries = 50, seed = "17")
  void constantValuesHaveAnIntervalWithoutWidth(
      @ForAll @IntRange(min = 1, max = 6) int seeds,
      @ForAll @IntRange(min = 1, max = 40) int problems,
      @ForAll @DoubleRange(min = -5, max = 5) double value) {
    Interval interval = BOOTSTRAP.mean(constant(seeds, problems, value));
    assertThat(interval.mean()).isCloseTo(value, within(1e-12));
    assertThat(interval.low()).isCloseTo(value, within(1e-12));
    assertThat(interval.high()).isCloseTo(value, within(1e-12));
  }

  @Property(tries = 20, seed = "17")
  void theIntervalContainsTheMeanAndShiftsWithTheValues(@ForAll long dataSeed) {
    double[][] values = simulated(new Random(dataSeed), 4, 30, 0, 1, 1, 1);
    double[][] shifted =
        Arrays.stream(values)
            .map(row -> Arrays.stream(row).map(value -> value + 10).toArray())
            .toArray(double[][]::new);
    Interval before = BOOTSTRAP.mean(values);
    Interval after = BOOTSTRAP.mean(shifted);
    assertThat(before.mean()).isBetween(before.low(), before.high());
    assertThat(after.low()).isCloseTo(before.low() + 10, within(1e-9));
    assertThat(after.high()).isCloseTo(before.high() + 10, within(1e-9));
  }

  @Test
  void theIntervalDependsOnlyOnTheSeed() {
    double[][] values = simulated(new Random(1), 5, 100, 0, 1, 1, 1);
    assertThat(new Bootstrap(1).mean(values)).isEqualTo(new Bootstrap(1).mean(values));
    assertThat(new Bootstrap(1).mean(values)).isNotEqualTo(new Bootstrap(2).mean(values));
  }

  /** Of two seeds one is resampled, so a resample equals one of the two seeds. */
  @Test
  void twoSeedsWithConstantValuesSpanTheirMeans() {
    Interval interval = BOOTSTRAP.mean(new double[][] {{1, 1, 1}, {3, 3, 3}});
    assertThat(interval).isEqualTo(new Interval(2, 1, 3));
  }

  /**
   * With one seed and n problems, half of which have the value 1, a resample's mean is Binomial(n,
   * 1/2) / n. For n = 100, P(X ≤ 39) = 0.0176 and P(X ≤ 40) = 0.0284, so the 2.5 % quantile is 0.40
   * and the 97.5 % quantile 0.60, with a tolerance of 0.01 for the resampling noise.
   */
  @Test
  void oneSeedHasBinomialQuantiles() {
    double[] coins = new double[100];
    Arrays.fill(coins, 0, 50, 1);
    Interval interval = BOOTSTRAP.mean(new double[][] {coins});
    assertThat(interval.mean()).isEqualTo(0.5);
    assertThat(interval.low()).isCloseTo(0.40, within(0.0101));
    assertThat(interval.high()).isCloseTo(0.60, within(0.0101));
  }

  /** All seeds share the resampled problems, so more seeds do not average out the problems. */
  @Test
  void equalSeedsHaveTheWidthOfOneSeed() {
    double[] coins = new double[100];
    Arrays.fill(coins, 0, 50, 1);
    Interval one = BOOTSTRAP.mean(new double[][] {coins});
    Interval many = BOOTSTRAP.mean(new double[][] {coins, coins, coins, coins, coins, coins});
    assertThat(many.high() - many.low()).isCloseTo(one.high() - one.low(), within(0.021));
  }

  @Test
  void differencesArePaired() {
    double[][] values = simulated(new Random(3), 5, 200, 0, 1, 1, 0);
    double[][] better =
        Arrays.stream(values)
            .map(row -> Arrays.stream(row).map(value -> value + 0.25).toArray())
            .toArray(double[][]::new);
    Interval difference = BOOTSTRAP.difference(better, values);
    assertThat(difference.low()).as("the pairs' common part cancels").isCloseTo(0.25, within(1e-9));
    assertThat(difference.high()).isCloseTo(0.25, within(1e-9));
    assertThat(difference.excludesZero()).isTrue();
    assertThat(BOOTSTRAP.difference(values, values)).isEqualTo(new Interval(0, 0, 0));
    assertThat(BOOTSTRAP.difference(values, values).excludesZero()).isFalse();
    Interval unpaired = BOOTSTRAP.mean(better);
    assertThat(unpaired.high() - unpaired.low()).isGreaterThan(0.5);
  }

  /**
   * Effects of seeds, problems and noise are sampled from normal distributions with mean 0. Over
   * 300 data sets, the fraction of intervals that contain 0 has a standard error of 0.013 at 0.95.
   */
  @Test
  void intervalsHaveNinetyFivePercentCoverage() {
    assertThat(coverage(20, 60, 0.3, 1, 0.5)).as("many seeds").isBetween(0.91, 0.985);
    assertThat(coverage(5, 100, 0.02, 1, 0.3)).as("problems differ most").isBetween(0.91, 0.985);
    assertThat(coverage(5, 100, 0, 0, 1)).as("noise alone: too wide").isGreaterThan(0.95);
    assertThat(coverage(5, 100, 1, 0.3, 0.3))
        .as("five seeds that differ most: too narrow")
        .isBetween(0.80, 0.92);
  }

  private static double coverage(
      int seeds, int problems, double ofSeeds, double ofProblems, double ofNoise) {
    int sets = 300;
    int held = 0;
    for (int set = 0; set < sets; set++) {
      double[][] values =
          simulated(new Random(1_000 + set), seeds, problems, 0, ofSeeds, ofProblems, ofNoise);
      Interval interval = new Bootstrap(set).mean(values);
      held += interval.excludesZero() ? 0 : 1;
    }
    return held / (double) sets;
  }

  private static double[][] simulated(
      Random random,
      int seeds,
      int problems,
      double truth,
      double ofSeeds,
      double ofProblems,
      double ofNoise) {
    double[] problem = new double[problems];
    Arrays.setAll(problem, _ -> ofProblems * random.nextGaussian());
    double[][] values = new double[seeds][problems];
    for (double[] row : values) {
      double seed = ofSeeds * random.nextGaussian();
      Arrays.setAll(row, p -> truth + seed + problem[p] + ofNoise * random.nextGaussian());
    }
    return values;
  }

  @Test
  void refusesRaggedOrMissingData() {
    assertThatThrownBy(() -> BOOTSTRAP.mean(new double[][] {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BOOTSTRAP.mean(new double[][] {{1, 2}, {1}}))
        .hasMessageContaining("same problems");
    assertThatThrownBy(() -> BOOTSTRAP.difference(new double[][] {{1}}, new double[][] {{1}, {2}}))
        .hasMessageContaining("same seeds");
    assertThatThrownBy(() -> BOOTSTRAP.difference(new double[][] {{1}}, new double[][] {{1, 2}}))
        .hasMessageContaining("same problems");
  }
}
