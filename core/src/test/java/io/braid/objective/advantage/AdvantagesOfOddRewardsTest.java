package io.braid.objective.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.Estimates;
import io.braid.objective.Estimates.Nested;
import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import io.braid.objective.advantage.Grpo.Std;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests edge cases: huge rewards, and rewards that differ only by rounding. */
class AdvantagesOfOddRewardsTest {
  private static final double SUM = 0.1 + 0.2;

  static List<AdvantageEstimator> all() {
    return List.of(
        new Grpo(Std.SAMPLE),
        new Grpo(Std.POPULATION),
        new DrGrpo(),
        new Rloo(),
        new Reinforce(),
        new ReinforcePlusPlus(1),
        new ReinforcePlusPlus(0.8),
        new ReinforcePlusPlusBaseline(),
        new Gae(1, 1, true),
        new Gae(0.9, 0.8, true),
        new Gae(0.9, 0.8, false),
        new EntropyShaping(new Grpo(Std.SAMPLE), 0.4, 2),
        new EntropyShaping(new DrGrpo(), 0.4, 2));
  }

  /**
   * Returns the estimators that compare responses, so that a batch of equal rewards has no
   * advantage.
   */
  static List<AdvantageEstimator> comparing() {
    return List.of(
        new Grpo(Std.SAMPLE),
        new Grpo(Std.POPULATION),
        new DrGrpo(),
        new Rloo(),
        new ReinforcePlusPlus(1),
        new ReinforcePlusPlusBaseline(),
        new Gae(1, 1, true), // of a critic that predicts 0
        new EntropyShaping(new Grpo(Std.SAMPLE), 0.4, 2),
        new EntropyShaping(new ReinforcePlusPlus(1), 0.4, 2));
  }

  @Provide
  Arbitrary<AdvantageEstimator> estimators() {
    return Arbitraries.of(all());
  }

  @Provide
  Arbitrary<AdvantageEstimator> comparers() {
    return Arbitraries.of(comparing());
  }

  @Property(tries = 300, seed = "17")
  void advantagesOfRewardsOfAnySizeAreFinite(
      @ForAll("estimators") AdvantageEstimator estimator,
      @ForAll long seed,
      @ForAll @IntRange(min = -308, max = 308) int magnitude) {
    Random random = new Random(seed);
    double size = Double.parseDouble("1e" + magnitude);
    double[] rewards =
        DoubleStream.generate(() -> size * ((random.nextInt(9) - 4) / 4.0)).limit(8).toArray();

    Nested advantages = Estimates.of(estimator, List.of(group(rewards), group(rewards)));

    assertFinite(advantages);
  }

  @Property(tries = 300, seed = "17")
  void rewardsThatDifferOnlyByRoundingHaveNoAdvantage(
      @ForAll("comparers") AdvantageEstimator estimator,
      @ForAll long seed,
      @ForAll @IntRange(min = -5, max = 300) int magnitude) {
    Random random = new Random(seed);
    double reward = (random.nextDouble() - 0.5) * Double.parseDouble("1e" + magnitude);
    double[] rewards =
        DoubleStream.generate(() -> reward + (random.nextInt(9) - 4) * Math.ulp(reward))
            .limit(8)
            .toArray();

    assertThat(Rewards.flat(Estimates.of(estimator, List.of(group(rewards))).values()))
        .containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("comparing")
  void aSumOfTenthsEqualsThreeTenths(AdvantageEstimator estimator) {
    double[] rewards = {0.3, SUM, 0.3, SUM, 0.3, 0.3, (double) 0.3f, SUM};

    assertThat(Rewards.flat(Estimates.of(estimator, List.of(group(rewards))).values()))
        .containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("comparing")
  void equalRewardsInAMixedGroupGetEqualAdvantages(AdvantageEstimator estimator) {
    double[] exact = {1, 0.3, 0.3, 0.3};
    double[] rounded = {1, SUM, 0.3, SUM};

    assertThat(Rewards.flat(Estimates.of(estimator, List.of(group(rounded))).values()))
        .containsExactly(Rewards.flat(Estimates.of(estimator, List.of(group(exact))).values()));
  }

  @Property(tries = 200, seed = "17")
  void hugeRewardsAreComparedLikeOrdinaryRewards(
      @ForAll long seed, @ForAll @IntRange(min = 500, max = 1023) int exponent) {
    Random random = new Random(seed);
    double[] rewards =
        DoubleStream.generate(() -> (random.nextInt(9) - 4) / 4.0).limit(8).toArray();
    rewards[0] = 1;
    rewards[1] = -1;
    double[] huge = Arrays.stream(rewards).map(r -> Math.scalb(r, exponent)).toArray();

    for (AdvantageEstimator estimator :
        List.of(
            new Grpo(Std.SAMPLE),
            new Grpo(Std.POPULATION),
            new ReinforcePlusPlus(1),
            new ReinforcePlusPlusBaseline(),
            new Gae(1, 1, true))) {
      assertThat(Rewards.flat(Estimates.of(estimator, List.of(group(huge))).values()))
          .containsExactly(
              Rewards.flat(Estimates.of(estimator, List.of(group(rewards))).values()),
              within(1e-5));
    }
  }

  @Test
  void oneIncorrectAmongSevenEqualRewardsGetsTheFormulasAdvantage() {
    double[] rewards = {0, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95};

    assertThat(of(new Grpo(Std.SAMPLE), rewards))
        .containsExactly(repeated(-7, 1, Math.sqrt(8) / 8), within(1e-5));
    assertThat(of(new DrGrpo(), rewards)).containsExactly(repeated(-7, 1, 0.95 / 8), within(1e-12));
    assertThat(of(new Rloo(), rewards)).containsExactly(repeated(-7, 1, 0.95 / 7), within(1e-12));
    assertThat(of(new Reinforce(), rewards)).containsExactly(rewards);
  }

  @Test
  void theLargestRewardsKeepTheirSign() {
    double most = Double.MAX_VALUE;
    double[] rewards = {most, -most, -most, -most};

    for (AdvantageEstimator estimator : all()) {
      double[] advantages = of(estimator, rewards);
      assertThat(advantages[0]).as("%s", estimator).isPositive();
      for (int r = 1; r < 4; r++) {
        assertThat(advantages[r]).as("%s", estimator).isNegative();
      }
    }
    assertThat(of(new Grpo(Std.SAMPLE), rewards))
        .containsExactly(new double[] {1.5, -0.5, -0.5, -0.5}, within(1e-9));
  }

  private static double[] repeated(double first, double others, double unit) {
    double[] all = new double[8];
    Arrays.fill(all, others * unit);
    all[0] = first * unit;
    return all;
  }

  private static double[] of(AdvantageEstimator estimator, double... rewards) {
    Nested advantages = Estimates.of(estimator, List.of(group(rewards)));
    assertFinite(advantages);
    double[] first = new double[rewards.length];
    Arrays.setAll(first, r -> advantages.of(0, r)[0]);
    return first;
  }

  private static void assertFinite(Nested advantages) {
    assertFinite(advantages.values());
    advantages.returns().ifPresent(AdvantagesOfOddRewardsTest::assertFinite);
  }

  private static void assertFinite(List<List<double[]>> numbers) {
    assertThat(Arrays.stream(Rewards.flat(numbers)).boxed()).allMatch(Double::isFinite);
  }

  /** Creates responses of two tokens, for which the critic predicts 0. */
  private static GroupRewards group(double... rewards) {
    return new GroupRewards(
        Arrays.stream(rewards)
            .mapToObj(reward ->
                new ResponseRewards(
                    reward,
                    new double[2],
                    Optional.of(new double[2]),
                    Optional.of(new double[] {0.5, 1})))
            .toList());
  }
}
