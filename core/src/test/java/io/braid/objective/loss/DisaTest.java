package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.objective.loss.Flowrl.Ratio;
import io.braid.objective.loss.Flowrl.Variant;
import io.braid.objective.loss.PromptEstimate.Estimate;
import io.braid.rollout.Prompt;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DisaTest {
  private static final double BETA = 1.5;

  @Test
  void withEqualLengthsLogZIsTheLogMeanOfTheTilts() {
    double[] rewards = {0, 1, 0.25, 1, 0};

    Estimate estimate = estimate(rewards, new int[] {4, 4, 4, 4, 4});

    double[] tilts = Arrays.stream(rewards).map(r -> Math.exp(4 * BETA * r)).toArray();
    double sum = Arrays.stream(tilts).sum();
    assertThat(estimate.value()).isCloseTo(Math.log(sum / 5) / 4, within(1e-12));
    assertThat(estimate.effectiveSamples())
        .isCloseTo(sum * sum / Arrays.stream(tilts).map(t -> t * t).sum(), within(1e-9));
    assertThat(estimate.informed()).isTrue();
  }

  @Test
  void theTiltedProposalsAreADistributionForAnyLengths() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      int count = 2 + random.nextInt(20);
      double[] rewards = random.doubles(count, -3, 3).toArray();
      int[] lengths = random.ints(count, 1, 400).toArray();

      double logZ = estimate(rewards, lengths).value();

      double mean =
          IntStream.range(0, count)
              .mapToDouble(k -> Math.exp(lengths[k] * (BETA * rewards[k] - logZ)))
              .average()
              .orElseThrow();
      assertThat(mean).isCloseTo(1, within(1e-9));
    }
  }

  /** The estimate reports that it has no information about other rewards. */
  @Test
  void proposalsWithEqualRewardsAreUninformed() {
    Estimate nothing = estimate(new double[] {0, 0, 0}, new int[] {3, 90, 7});
    assertThat(nothing.value()).isZero();
    assertThat(nothing.effectiveSamples()).isEqualTo(3);
    assertThat(nothing.informed()).isFalse();

    assertThat(estimate(new double[] {0.5, 0.5}, new int[] {3, 90}))
        .isEqualTo(new Estimate(0.5 * BETA, 2, false));
  }

  @Test
  void tokenRewardsCount() {
    Trajectories t = table(new double[] {0, 0}, new int[] {2, 2});
    Trajectories byToken = t.with(Column.TOKEN_REWARDS, new double[] {0.25, 0.75, 0, 0});

    assertThat(of(byToken)).isEqualTo(estimate(new double[] {1, 0}, new int[] {2, 2}));
  }

  @Test
  void aBetaThatDependsOnThePolicyIsRefused() {
    Flowrl auto = new Flowrl(Beta.parse("auto"), 0.2, Variant.PAPER, Ratio.SEQUENCE, new Disa(8));

    assertThatThrownBy(() -> auto.create(4, 1))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("beta: auto changes");
    assertThatThrownBy(() -> new Disa(1)).hasMessageStartingWith("proposals:");
  }

  private static Estimate estimate(double[] rewards, int[] lengths) {
    return of(table(rewards, lengths));
  }

  private static Estimate of(Trajectories proposals) {
    return new Disa.Proposals(proposals.rows(), BETA).of(proposals);
  }

  private static Trajectories table(double[] rewards, int[] lengths) {
    long[] prompt = {1};
    List<Sequence> sequences =
        Arrays.stream(lengths).mapToObj(n -> new Sequence(prompt, new long[n])).toList();
    Trajectories t =
        Trajectories.of(List.of(new Prompt("p", prompt)), sequences, new int[lengths.length]);
    return t.with(Column.REWARD, rewards).with(Column.TOKEN_REWARDS, new double[t.tokens()]);
  }
}
