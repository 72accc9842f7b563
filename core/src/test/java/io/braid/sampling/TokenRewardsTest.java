package io.braid.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.objective.RewardSettings;
import io.braid.rollout.Prompt;
import io.braid.rollout.Response;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.PartRewards;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRewardsTest {
  /** A response whose tokens have two characters each, except for an empty end token. */
  private static final Response RESPONSE =
      new Response(
          new long[] {10, 11, 12, 0},
          new float[4],
          new float[4],
          Response.Finish.STOP_TOKEN,
          "aabbcc");

  private static String decode(long[] ids) {
    StringBuilder text = new StringBuilder();
    for (long id : ids) {
      text.append(id == 0 ? "" : String.valueOf((char) ('a' + id - 10)).repeat(2));
    }
    return text.toString();
  }

  private static List<Double> assigned(PartRewards parts) {
    Verdict verdict = Verdict.ofParts(parts, false, "");
    return TokenRewards.assign(verdict, RESPONSE, "p", TokenRewardsTest::decode)
        .parts()
        .orElseThrow()
        .numbers();
  }

  private static PartRewards steps(Object... ends) {
    List<PartRewards.Step> steps = new ArrayList<>();
    for (int i = 0; i < ends.length; i += 2) {
      steps.add(new PartRewards.Step((int) ends[i], (double) ends[i + 1]));
    }
    return new PartRewards.Steps(steps);
  }

  @Test
  void aStepEndsWithTheTokenThatHoldsItsLastCharacter() {
    assertThat(assigned(steps(2, 1.0, 6, 2.0))).containsExactly(1.0, 0.0, 2.0, 0.0);
    assertThat(assigned(steps(1, 1.0, 3, 2.0))).containsExactly(1.0, 2.0, 0.0, 0.0);
    assertThat(assigned(steps(1, 1.0, 2, 0.5))).containsExactly(1.5, 0.0, 0.0, 0.0);
    assertThat(assigned(new PartRewards.Tokens(List.of(1.0, 2.0, 3.0, 4.0))))
        .containsExactly(1.0, 2.0, 3.0, 4.0);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "7, 1", "2, 3"})
  void stepsThatDoNotFitTheResponseAreRefused(int end, int before) {
    PartRewards parts = end > before ? steps(end, 1.0) : steps(Math.max(before, 3), 1.0, end, 1.0);
    assertThatThrownBy(() -> assigned(parts))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("verifier: a step ends at character " + end);
  }

  @Test
  void aWrongNumberOfTokenRewardsIsRefused() {
    assertThatThrownBy(() -> assigned(new PartRewards.Tokens(List.of(1.0, 2.0))))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "verifier: gave 2 token rewards for a response of 4 tokens (problem p)");
    assertThatThrownBy(() -> assigned(new PartRewards.Tokens(List.of(1.0, 2.0, Double.NaN, 1.0))))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("verifier: gave the reward NaN");
  }

  /** As in verl, group estimators compare sums, and GAE uses the reward of each token. */
  @Test
  void groupEstimatorsUseTheSumAndGaeEachTokensReward() {
    Verdict verdict =
        Verdict.ofParts(new PartRewards.Tokens(List.of(0.1, 0.2, 0.0, 0.3)), false, "");
    Trajectories t =
        Trajectories.of(
                List.of(new Prompt("p", new long[] {1})),
                List.of(new Sequence(new long[] {1}, RESPONSE.ids())),
                new int[1])
            .with(Column.VERDICT, List.of(verdict));

    Trajectories whole = RewardSettings.PLAIN.fill(t, 8, /* byToken= */ false);
    assertThat(whole.get(Column.REWARD)[0]).isCloseTo(0.6, within(1e-15));
    assertThat(whole.get(Column.TOKEN_REWARDS)).containsOnly(0.0);
    Trajectories each = RewardSettings.PLAIN.fill(t, 8, /* byToken= */ true);
    assertThat(each.get(Column.REWARD)[0]).isCloseTo(0, within(1e-15));
    assertThat(each.get(Column.TOKEN_REWARDS)).containsExactly(0.1, 0.2, 0.0, 0.3);
  }

  /** A reward of a tool's token belongs to the trained token before it. */
  @Test
  void aMaskedTokensRewardMovesToTheTrainedTokenBeforeIt() {
    Verdict verdict =
        Verdict.ofParts(new PartRewards.Tokens(List.of(0.5, 0.25, 2.0, 1.0)), false, "");
    boolean[] mask = {false, true, false, true};
    Trajectories t =
        Trajectories.of(
                List.of(new Prompt("p", new long[] {1})),
                List.of(new Sequence(new long[] {1}, RESPONSE.ids()).masked(mask)),
                new int[1])
            .with(Column.VERDICT, List.of(verdict));

    Trajectories each = RewardSettings.PLAIN.fill(t, 8, /* byToken= */ true);
    assertThat(each.get(Column.TOKEN_REWARDS)).containsExactly(2.75, 1.0);
    assertThat(each.get(Column.REWARD)[0]).isZero();
  }
}
