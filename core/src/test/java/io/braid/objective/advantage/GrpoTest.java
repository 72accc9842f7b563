package io.braid.objective.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.Estimates;
import io.braid.objective.Estimates.Nested;
import io.braid.objective.GroupRewards;
import io.braid.objective.LossesGolden;
import io.braid.objective.advantage.Grpo.Std;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrpoTest {
  private static final double EPSILON = 1e-6;

  @ParameterizedTest
  @EnumSource
  void advantagesMatchPyTorch(Std which) {
    double[] golden =
        LossesGolden.numbers(
            LossesGolden.part("advantages")
                .required(which == Std.SAMPLE ? "groupNormalised" : "groupNormalisedPopulation"));
    List<GroupRewards> groups = LossesGolden.groups();

    Nested advantages = Estimates.of(new Grpo(which), groups);

    for (int i = 0; i < golden.length; i++) {
      double[] tokens = advantages.of(i / 4, i % 4);
      assertThat(tokens).hasSize(groups.get(i / 4).responses().get(i % 4).length());
      assertThat(tokens).containsOnly(new double[] {golden[i]}, within(1e-12));
    }
  }

  @Test
  void oneCorrectAnswerAmongFourGetsTheFormulasAdvantage() {
    // Mean 1/4, sample variance (9/16 + 3/16) / 3 = 1/4.
    assertThat(estimate(Std.SAMPLE, 0, 0, 1, 0))
        .containsExactly(
            new double[] {
              -0.25 / (0.5 + EPSILON),
              -0.25 / (0.5 + EPSILON),
              0.75 / (0.5 + EPSILON),
              -0.25 / (0.5 + EPSILON)
            },
            within(1e-15));
  }

  @Property(tries = 200, seed = "17")
  void equalRewardsGiveNoAdvantage(
      @ForAll @DoubleRange(min = -1e3, max = 1e3) double reward,
      @ForAll @IntRange(min = 2, max = 17) int members,
      @ForAll Std which) {
    double[] rewards = new double[members];
    Arrays.fill(rewards, reward);

    assertThat(estimate(which, rewards)).containsOnly(0.0);
  }

  @Property(tries = 200, seed = "17")
  void permutingAGroupsMembersPermutesTheirAdvantages(
      @ForAll @Size(min = 2, max = 12) List<@DoubleRange(min = -5, max = 5) Double> rewards,
      @ForAll Std which,
      @ForAll long seed) {
    List<Integer> order =
        new java.util.ArrayList<>(IntStream.range(0, rewards.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    double[] before = estimate(which, array(rewards));
    double[] after = estimate(which, array(order.stream().map(rewards::get).toList()));

    assertThat(after)
        .containsExactly(order.stream().mapToDouble(i -> before[i]).toArray(), within(1e-8));
  }

  @Property(tries = 200, seed = "17")
  void addingAConstantToAGroupsRewardsChangesNothing(
      @ForAll @Size(min = 2, max = 12) List<@IntRange(min = -20, max = 20) Integer> rewards,
      @ForAll @IntRange(min = -100, max = 100) int constant,
      @ForAll Std which) {
    double[] before = rewards.stream().mapToDouble(r -> r / 4.0).toArray();
    double[] after = Arrays.stream(before).map(r -> r + constant).toArray();

    assertThat(estimate(which, after)).containsExactly(estimate(which, before), within(1e-9));
  }

  @Property(tries = 200, seed = "17")
  void scalingAGroupsRewardsChangesOnlyTheEffectOfEpsilon(
      @ForAll @Size(min = 2, max = 12) List<@IntRange(min = -20, max = 20) Integer> rewards,
      @ForAll @DoubleRange(min = 0.01, max = 100) double factor,
      @ForAll Std which) {
    double[] plain = rewards.stream().mapToDouble(r -> r / 4.0).toArray();
    double[] scaled = Arrays.stream(plain).map(r -> r * factor).toArray();
    double[] before = estimate(which, plain);
    double[] after = estimate(which, scaled);
    double std = deviation(plain, which);

    for (int i = 0; i < plain.length; i++) {
      // Without ε both would be before·(std + ε)/std.
      double exact = before[i] * (std + EPSILON) / (std + EPSILON / factor);
      assertThat(after[i]).isCloseTo(std == 0 ? 0 : exact, within(1e-9));
    }
  }

  @Property(tries = 200, seed = "17")
  void advantagesOfAGroupHaveMeanZeroAndStandardDeviationOne(
      @ForAll @Size(min = 2, max = 12) List<@DoubleRange(min = -5, max = 5) Double> rewards,
      @ForAll Std which) {
    double[] advantages = estimate(which, array(rewards));
    double std = deviation(array(rewards), which);

    assertThat(Arrays.stream(advantages).sum()).isCloseTo(0, within(1e-8));
    assertThat(deviation(advantages, which)).isCloseTo(std / (std + EPSILON), within(1e-8));
  }

  @Test
  void groupsAreIndependent() {
    GroupRewards one = rewards(0, 1, 0.5);
    GroupRewards other = rewards(7, 3);
    Grpo estimator = new Grpo(Std.SAMPLE);

    Nested together = Estimates.of(estimator, List.of(one, other));

    assertThat(together.values().get(0))
        .usingRecursiveComparison()
        .isEqualTo(Estimates.of(estimator, List.of(one)).values().get(0));
    assertThat(together.values().get(1))
        .usingRecursiveComparison()
        .isEqualTo(Estimates.of(estimator, List.of(other)).values().get(0));
  }

  private static double deviation(double[] numbers, Std which) {
    double mean = Arrays.stream(numbers).sum() / numbers.length;
    double squares = Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / (which == Std.SAMPLE ? numbers.length - 1 : numbers.length));
  }

  private static double[] array(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static GroupRewards rewards(double... rewards) {
    int[] lengths = new int[rewards.length];
    Arrays.fill(lengths, 1);
    return GroupRewards.of(rewards, lengths);
  }

  private static double[] estimate(Std which, double... rewards) {
    Nested advantages = Estimates.of(new Grpo(which), List.of(rewards(rewards)));
    return IntStream.range(0, rewards.length).mapToDouble(i -> advantages.of(0, i)[0]).toArray();
  }
}
