package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.flow.FlowReward.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FlowRewardTest {
  private static final Path GOLDEN =
      Path.of("src/test/resources/io/braid/flow/rewards.golden.json");
  private static final Offset<Double> CLOSE = within(1e-9);

  // ---- golden values --------------------------------------------------------------------------

  @Test
  void rewardsMatchPyTorch() throws IOException {
    JsonNode cases = JsonMapper.shared().readTree(Files.readString(GOLDEN)).required("cases");
    assertThat(cases.size()).isGreaterThan(150);
    for (JsonNode each : cases) {
      double[] scores = numbers(each.required("scores"));
      FlowReward reward =
          new FlowReward(
              norm(each.required("norm").asString()),
              each.required("gamma").asDouble(),
              Math.max(
                  0,
                  each.required("threshold")
                      .asDouble()), // -1 disables it in the golden data, 0 disables it here
              Math.max(0, each.required("topk").asInt()),
              each.required("coef").asDouble());

      assertThat(reward.of(scores, all(scores)))
          .as(reward.toString())
          .containsExactly(numbers(each.required("rewards")), CLOSE);
    }
  }

  private static Normalization norm(String name) {
    return switch (name) {
      case "minmax" -> Normalization.MINMAX;
      case "minmax-bil" -> Normalization.MINMAX_BILATERAL;
      default -> Normalization.MEAN;
    };
  }

  private static double[] numbers(JsonNode array) {
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
  }

  // ---- exact cases ----------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void equalScoresGiveNoRewards(Normalization normalization) {
    FlowReward reward = new FlowReward(normalization, 1, 0, 0, 1);

    assertThat(of(reward, 3, 3, 3)).containsExactly(0, 0, 0);
    assertThat(of(reward, 7)).containsExactly(0);
    assertThat(of(reward)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aResponseWithoutScoredTokensGetsNoRewards(Normalization normalization) {
    FlowReward reward = new FlowReward(normalization, 1, 0, 0, 1);

    assertThat(reward.of(new double[] {1, 2, 3}, new boolean[3])).containsExactly(0, 0, 0);
  }

  @Test
  void unscoredTokensDoNotAffectTheNormalisation() {
    FlowReward reward = new FlowReward(Normalization.MINMAX, 1, 0, 0, 1);

    assertThat(reward.of(new double[] {100, 1, 3, 5}, new boolean[] {false, true, true, true}))
        .containsExactly(0, 0, -0.5, -1);
  }

  @Test
  void rewardsOnlyScoresAboveTheThreshold() {
    FlowReward reward = new FlowReward(Normalization.MINMAX, 1, 0.6, 0, 1);

    assertThat(of(reward, 0, 0.6, Math.nextUp(0.6), 1))
        .containsExactly(0, 0, -Math.nextUp(0.6), -1);
  }

  @Test
  void keepsTheLargestScoresAndTheEarlierOfTies() {
    FlowReward reward = new FlowReward(Normalization.MINMAX, 1, 0.5, 2, 1);

    assertThat(of(reward, 1, 3, 3, 3, 1)).containsExactly(0, -1, -1, 0, 0);
    assertThat(of(reward, 0, 6, 10, 7, 8)).containsExactly(0, 0, -1, 0, -0.8);
  }

  @Test
  void keepsAllIfFewerThanTopK() {
    FlowReward reward = new FlowReward(Normalization.MINMAX, 1, 0.5, 4, 1);

    assertThat(of(reward, 0, 10, 6, 7, 1)).containsExactly(0, -1, -0.6, -0.7, 0);
  }

  @Test
  void bilateralRewardsAreBonusesAtTheLowEndAndPenaltiesAtTheHighEnd() {
    assertThat(of(new FlowReward(Normalization.MINMAX_BILATERAL, 1, 0.25, 0, 2), 0, 1, 2, 3, 4))
        .containsExactly(2, 1, 0, -1, -2);
    assertThat(of(new FlowReward(Normalization.MINMAX_BILATERAL, 1, 0.25, 2, 2), 0, 1, 2, 3, 4))
        .containsExactly(2, 0, 0, 0, -2);
    assertThat(of(new FlowReward(Normalization.MINMAX_BILATERAL, 1, 0.25, 3, 2), 0, 1, 2, 3, 4))
        .as("half of three at each end")
        .containsExactly(2, 0, 0, 0, -2);
    assertThat(of(new FlowReward(Normalization.MINMAX_BILATERAL, 1, 0.5, 0, 2), 0, 1, 2, 3, 4))
        .as("a score as far from 0 as the threshold")
        .containsExactly(2, 0, 0, 0, -2);
  }

  @Test
  void subtractsTheMean() {
    assertThat(of(new FlowReward(Normalization.MEAN, 1, 0, 0, 1), 1, 1, 5, 1))
        .containsExactly(0.25, 0.25, -0.75, 0.25);
    assertThat(of(new FlowReward(Normalization.MEAN, 1, 0.25, 0, 1), 1, 1, 5, 1))
        .containsExactly(0, 0, -0.75, 0);
  }

  @Test
  void thePowerKeepsTheSign() {
    assertThat(of(new FlowReward(Normalization.MINMAX, 2, 0, 0, 1), 0, 1, 2))
        .containsExactly(0, -0.25, -1);
    assertThat(of(new FlowReward(Normalization.MEAN, 2, 0, 0, 1), 1, 1, 5, 1))
        .containsExactly(0.0625, 0.0625, -0.5625, 0.0625);
  }

  @Test
  void thePublishedSettings() {
    assertThat(FlowReward.PUBLISHED)
        .isEqualTo(new FlowReward(Normalization.MINMAX, 1, 0.6, 15, 0.01));
  }

  // ---- properties -----------------------------------------------------------------------------

  @Property(tries = 1000, seed = "17")
  void rewardsAreBoundedForAnyScores(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 12) int length,
      @ForAll @IntRange(min = 0, max = 5) int topK,
      @ForAll Normalization normalization) {
    Random random = new Random(seed);
    double coefficient = random.nextInt(4) == 0 ? 0 : random.nextDouble();
    FlowReward reward =
        new FlowReward(
            normalization,
            0.25 + 2 * random.nextDouble(),
            random.nextInt(3) * 0.3,
            topK,
            coefficient);
    double[] scores = random.ints(length, 0, 40).mapToDouble(FlowRewardTest::odd).toArray();
    boolean[] scored = new boolean[length];
    for (int t = 0; t < length; t++) {
      scored[t] = random.nextInt(5) > 0;
    }

    double[] rewards = reward.of(scores, scored);

    assertThat(rewards).hasSize(length);
    for (int t = 0; t < length; t++) {
      assertThat(Math.abs(rewards[t])).isLessThanOrEqualTo(coefficient); // so it is not NaN
      assertThat(Double.doubleToRawLongBits(rewards[t])).as("-0.0").isNotEqualTo(Long.MIN_VALUE);
      if (!scored[t]) {
        assertThat(rewards[t]).isZero();
      }
      if (normalization == Normalization.MINMAX) {
        assertThat(rewards[t]).isLessThanOrEqualTo(0);
      }
    }
  }

  /** Scores with zeros, ties and the values of a diverged field. */
  private static double odd(int number) {
    return switch (number) {
      case 37 -> Double.NaN;
      case 38 -> Double.POSITIVE_INFINITY;
      case 39 -> Float.MAX_VALUE;
      default -> number < 10 ? 0 : number / 8.0;
    };
  }

  @Property(tries = 500, seed = "17")
  void permutedTokensGetPermutedRewards(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int length,
      @ForAll @IntRange(min = 0, max = 8) int topK,
      @ForAll Normalization normalization) {
    Random random = new Random(seed);
    FlowReward reward = new FlowReward(normalization, 1, random.nextInt(3) * 0.3, topK, 0.5);
    double[] scores = random.doubles(length, 0, 3).toArray(); // no ties
    List<Integer> order = new ArrayList<>(IntStream.range(0, length).boxed().toList());
    Collections.shuffle(order, random);

    double[] dealt = of(reward, order.stream().mapToDouble(t -> scores[t]).toArray());

    double[] rewards = of(reward, scores);
    assertThat(dealt)
        .containsExactly(order.stream().mapToDouble(t -> rewards[t]).toArray(), within(1e-12));
  }

  @Property(tries = 500, seed = "17")
  void rewardsAtMostTopKTokens(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int length,
      @ForAll @IntRange(min = 1, max = 8) int topK,
      @ForAll Normalization normalization) {
    double[] scores = new Random(seed).ints(length, 0, 9).asDoubleStream().toArray();

    double[] rewards = of(new FlowReward(normalization, 1, 0.1, topK, 1), scores);

    assertThat(Arrays.stream(rewards).filter(each -> each != 0).count()).isLessThanOrEqualTo(topK);
  }

  // ---- settings -------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "0, 0.6, 15, 0.01, gamma",
    "NaN, 0.6, 15, 0.01, gamma",
    "1, -0.1, 15, 0.01, threshold",
    "1, NaN, 15, 0.01, threshold",
    "1, 0.6, -1, 0.01, top_k",
    "1, 0.6, 15, -1, coef",
    "1, 0.6, 15, Infinity, coef",
    "1, 0.6, 15, NaN, coef",
  })
  void refusesInvalidSettings(
      double gamma, double threshold, int topK, double coefficient, String named) {
    assertThatThrownBy(
            () -> new FlowReward(Normalization.MINMAX, gamma, threshold, topK, coefficient))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(named + ": ");
  }

  private static double[] of(FlowReward reward, double... scores) {
    return reward.of(scores, all(scores));
  }

  private static boolean[] all(double[] scores) {
    boolean[] scored = new boolean[scores.length];
    Arrays.fill(scored, true);
    return scored;
  }
}
