package io.braid.objective.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.objective.Estimates;
import io.braid.objective.Estimates.Nested;
import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.trajectory.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks invariances of estimators when rewards are shifted, scaled or permuted. */
class AdvantagePropertiesTest {
  private static final int TRIES = 100;

  /** Returns all estimators. */
  @Provide
  Arbitrary<AdvantageEstimator> estimators() {
    return Arbitraries.of(
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
        new EntropyShaping(new ReinforcePlusPlus(1), 0.4, 2));
  }

  /** Returns the estimators that compare a response with its group and ignore the group's mean. */
  @Provide
  Arbitrary<AdvantageEstimator> comparing() {
    return Arbitraries.of(
        new Grpo(Std.SAMPLE),
        new Grpo(Std.POPULATION),
        new DrGrpo(),
        new Rloo(),
        new ReinforcePlusPlusBaseline(),
        new EntropyShaping(new Rloo(), 0.4, 2));
  }

  /** Returns the estimators that divide by the standard deviation over the batch. */
  @Provide
  Arbitrary<AdvantageEstimator> scaled() {
    return Arbitraries.of(
        new ReinforcePlusPlus(1), new ReinforcePlusPlus(0.8), new ReinforcePlusPlusBaseline());
  }

  @Property(tries = TRIES, seed = "41")
  void permutingAGroupsMembersPermutesTheirAdvantages(
      @ForAll("estimators") AdvantageEstimator estimator, @ForAll long seed) {
    Random random = new Random(seed);
    List<GroupRewards> groups = Rewards.random(random, true);
    List<List<Integer>> orders = new ArrayList<>();
    List<GroupRewards> shuffled = new ArrayList<>();
    for (GroupRewards group : groups) {
      List<Integer> order =
          new ArrayList<>(IntStream.range(0, group.responses().size()).boxed().toList());
      Collections.shuffle(order, random);
      orders.add(order);
      shuffled.add(new GroupRewards(order.stream().map(group.responses()::get).toList()));
    }

    Nested before = Estimates.of(estimator, groups);
    Nested after = Estimates.of(estimator, shuffled);

    for (int g = 0; g < groups.size(); g++) {
      for (int r = 0; r < orders.get(g).size(); r++) {
        assertThat(after.of(g, r))
            .containsExactly(before.of(g, orders.get(g).get(r)), within(1e-9));
      }
    }
  }

  @Property(tries = TRIES, seed = "41")
  void permutingGroupsPermutesTheirAdvantages(
      @ForAll("estimators") AdvantageEstimator estimator, @ForAll long seed) {
    List<GroupRewards> groups = Rewards.random(new Random(seed), true);

    Nested before = Estimates.of(estimator, groups);
    Nested after = Estimates.of(estimator, groups.reversed());

    assertThat(Rewards.flat(after.values().reversed()))
        .containsExactly(Rewards.flat(before.values()), within(1e-9));
  }

  @Property(tries = TRIES, seed = "41")
  void addingAConstantToOneGroupsRewardsChangesNothing(
      @ForAll("comparing") AdvantageEstimator estimator,
      @ForAll long seed,
      @ForAll @DoubleRange(min = -50, max = 50) double constant) {
    List<GroupRewards> groups = Rewards.random(new Random(seed), true);
    List<GroupRewards> moved = new ArrayList<>(groups);
    moved.set(0, outcomes(groups.get(0), r -> r + constant));

    unchanged(estimator, groups, moved, 1e-7);
  }

  @Property(tries = TRIES, seed = "41")
  void addingAConstantToAllRewardsChangesNothingIfTheBatchIsTheBaseline(
      @ForAll long seed, @ForAll @DoubleRange(min = -50, max = 50) double constant) {
    List<GroupRewards> groups = Rewards.random(new Random(seed), true);
    List<GroupRewards> moved =
        groups.stream().map(group -> outcomes(group, r -> r + constant)).toList();

    unchanged(new ReinforcePlusPlus(1), groups, moved, 1e-7);
  }

  @Property(tries = TRIES, seed = "41")
  void scalingAllRewardsChangesNothingIfTheBatchIsTheScale(
      @ForAll("scaled") AdvantageEstimator estimator,
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.1, max = 50) double factor) {
    List<GroupRewards> groups = new ArrayList<>(Rewards.random(new Random(seed), true));
    groups.add(different()); // so that ε = 1e-8 is negligible relative to the variance
    List<GroupRewards> scaled = groups.stream().map(group -> scaled(group, factor)).toList();

    unchanged(estimator, groups, scaled, 1e-4);
  }

  @Property(tries = TRIES, seed = "41")
  void centringAndLeaveOneOutScaleWithTheRewards(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.1, max = 50) double factor) {
    List<GroupRewards> groups = Rewards.random(new Random(seed), true);
    List<GroupRewards> scaled = groups.stream().map(group -> scaled(group, factor)).toList();

    for (AdvantageEstimator estimator : List.of(new DrGrpo(), new Rloo())) {
      double[] before = Rewards.flat(Estimates.of(estimator, groups).values());
      double[] after = Rewards.flat(Estimates.of(estimator, scaled).values());
      assertThat(after)
          .containsExactly(Arrays.stream(before).map(x -> x * factor).toArray(), within(1e-9));
    }
  }

  @Property(tries = TRIES, seed = "41")
  void whitenedAdvantagesHaveMeanZeroAndStandardDeviationOne(
      @ForAll("scaled") AdvantageEstimator estimator, @ForAll long seed) {
    List<GroupRewards> groups = new ArrayList<>(Rewards.random(new Random(seed), true));
    groups.add(different());
    double[] advantages = Rewards.flat(Estimates.of(estimator, groups).values());
    double mean = Arrays.stream(advantages).average().orElseThrow();
    double squares = Arrays.stream(advantages).map(x -> (x - mean) * (x - mean)).sum();

    assertThat(mean).isCloseTo(0, within(1e-9));
    assertThat(Math.sqrt(squares / (advantages.length - 1))).isCloseTo(1, within(1e-5));
  }

  @Property(tries = TRIES, seed = "41")
  void anEntropyBonusNeverChangesASign(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.01, max = 10) double alpha,
      @ForAll @DoubleRange(min = 1.01, max = 10) double kappa) {
    List<GroupRewards> groups = Rewards.random(new Random(seed), true);
    AdvantageEstimator plain = new ReinforcePlusPlus(1);
    double[] before = Rewards.flat(Estimates.of(plain, groups).values());
    double[] after =
        Rewards.flat(Estimates.of(new EntropyShaping(plain, alpha, kappa), groups).values());

    for (int i = 0; i < before.length; i++) {
      assertThat(Math.signum(after[i])).isEqualTo(Math.signum(before[i]));
      assertThat(after[i]).isGreaterThanOrEqualTo(before[i]);
    }
  }

  @Property(tries = TRIES, seed = "41")
  void estimatingDoesNotChangeTheRewards(
      @ForAll("estimators") AdvantageEstimator estimator, @ForAll long seed) {
    List<GroupRewards> groups = Rewards.random(new Random(seed), true);

    Estimates.of(estimator, groups);

    assertThat(groups).usingRecursiveComparison().isEqualTo(Rewards.random(new Random(seed), true));
  }

  @Test
  void equalRewardsGiveExactlyZero() {
    List<GroupRewards> groups =
        List.of(
            GroupRewards.of(new double[] {0.1, 0.1, 0.1}, new int[] {3, 1, 2}),
            GroupRewards.of(new double[] {0.1, 0.1, 0.1}, new int[] {2, 2, 5}));

    for (AdvantageEstimator estimator :
        List.of(
            new DrGrpo(), new Rloo(), new ReinforcePlusPlus(1), new ReinforcePlusPlusBaseline())) {
      assertThat(Rewards.flat(Estimates.of(estimator, groups).values())).containsOnly(0.0);
    }
  }

  @Test
  void aSingleTokenHasNoWhitenedAdvantage() {
    List<GroupRewards> one = List.of(GroupRewards.of(new double[] {3}, new int[] {1}));

    assertThat(Estimates.of(new ReinforcePlusPlus(1), one).of(0, 0)).containsExactly(0.0);
  }

  @Test
  void estimatorsThatCompareResponsesNeedGroupsOfTwo() {
    assertThat(
            List.of(
                new Grpo(Std.SAMPLE),
                new Grpo(Std.POPULATION),
                new DrGrpo(),
                new Rloo(),
                new ReinforcePlusPlusBaseline(),
                new EntropyShaping(new Rloo(), 0.4, 2)))
        .extracting(AdvantageEstimator::smallestGroup)
        .containsOnly(2);
    assertThat(
            List.of(
                new Reinforce(),
                new ReinforcePlusPlus(1),
                new Gae(1, 1, true),
                new EntropyShaping(new ReinforcePlusPlus(1), 0.4, 2)))
        .extracting(AdvantageEstimator::smallestGroup)
        .containsOnly(1);
  }

  @Test
  void aDecoratorNeedsTheColumnsOfItsEstimatorToo() {
    EntropyShaping shaped = new EntropyShaping(new Gae(1, 1, true), 0.4, 2);

    assertThat(shaped.needs()).containsExactlyInAnyOrder(Column.VALUES, Column.ENTROPIES);
    assertThat(new DrGrpo().needs()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-0.1", "1.1", "NaN"})
  void discountsOutsideZeroToOneAreRefused(double discount) {
    assertThatThrownBy(() -> new ReinforcePlusPlus(discount))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("gamma:");
    assertThatThrownBy(() -> new Gae(discount, 1, true))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("gamma:");
    assertThatThrownBy(() -> new Gae(1, discount, true))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("lambda:");
  }

  @ParameterizedTest
  @CsvSource({"0, 2, alpha", "NaN, 2, alpha", "0.4, 1, kappa", "0.4, NaN, kappa"})
  void aBonusThatCouldChangeASignIsRefused(double alpha, double kappa, String key) {
    assertThatThrownBy(() -> new EntropyShaping(new DrGrpo(), alpha, kappa))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(key + ":");
  }

  @Test
  void entropyShapingTwiceIsRefused() {
    EntropyShaping once = new EntropyShaping(new DrGrpo(), 0.4, 2);

    assertThatThrownBy(() -> new EntropyShaping(once, 0.4, 2))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("of:");
  }

  /** Creates a group whose rewards differ clearly. */
  private static GroupRewards different() {
    return GroupRewards.of(new double[] {0, 1, 0, 1}, new int[] {3, 2, 4, 2});
  }

  private static GroupRewards outcomes(GroupRewards group, DoubleUnaryOperator change) {
    return new GroupRewards(
        group.responses().stream()
            .map(r -> Rewards.withOutcome(r, change.applyAsDouble(r.outcome())))
            .toList());
  }

  private static GroupRewards scaled(GroupRewards group, double factor) {
    return new GroupRewards(
        group.responses().stream()
            .map(r ->
                new ResponseRewards(
                    factor * r.outcome(),
                    Arrays.stream(r.dense()).map(x -> factor * x).toArray(),
                    r.values(),
                    r.entropies()))
            .toList());
  }

  private static void unchanged(
      AdvantageEstimator estimator,
      List<GroupRewards> before,
      List<GroupRewards> after,
      double close) {
    assertThat(Rewards.flat(Estimates.of(estimator, after).values()))
        .containsExactly(Rewards.flat(Estimates.of(estimator, before).values()), within(close));
  }
}
