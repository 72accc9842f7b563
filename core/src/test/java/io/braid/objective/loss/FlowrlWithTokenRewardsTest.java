package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.Estimates;
import io.braid.objective.Estimates.Nested;
import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Packed.Answer;
import io.braid.objective.loss.Packed.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Token rewards, such as a flow field's, count once for the whole response: Â + Σ r_t. */
class FlowrlWithTokenRewardsTest {
  private static final double[] REWARDS = {0, -0.25, -0.5};

  @Test
  void theResidualUsesTheResponsesTotalReward() {
    Answer right = answer(new double[] {-1, -2, -0.5}, advantages().of(0, 0));
    Answer wrong = answer(new double[] {-1.5, -0.25}, advantages().of(0, 1));
    double plain = 1 / Math.sqrt(2); // of outcomes 1 and 0

    try (FlowrlLoss loss = Packed.flowRl(/* beta= */ 2, /* epsilon= */ 0.2)) {
      Outcome outcome = Packed.outcome(loss::of, List.of(right, wrong));

      double ofRight = 0.3 - 3.5 / 3 - 2 * (plain - 0.75) + 1; // the reference's mean is -1
      double ofWrong = 0.3 - 1.75 / 2 - 2 * -plain + 1;
      assertThat(outcome.loss())
          .isCloseTo((ofRight * ofRight + ofWrong * ofWrong) / 2, within(1e-5));
      assertThat(outcome.shares().get(Flowrl.BALANCE_RESIDUAL))
          .isCloseTo((Math.abs(ofRight) + Math.abs(ofWrong)) / 2, within(1e-5));
      double each = 2 * ofRight / 3 / 2; // 2 w δ / |y| over the responses
      assertThat(Arrays.copyOf(outcome.byToken(), 3))
          .containsExactly(new double[] {each, each, each}, within(1e-5));
    }
  }

  private static Nested advantages() {
    return Estimates.of(
        new Grpo(Std.SAMPLE),
        List.of(
            new GroupRewards(
                List.of(
                    new ResponseRewards(1, REWARDS, Optional.empty(), Optional.empty()),
                    ResponseRewards.of(0, 2)))));
  }

  /** Creates a response whose policy has not changed since sampling. */
  private static Answer answer(double[] policy, double[] advantages) {
    double[] reference = new double[policy.length];
    Arrays.fill(reference, -1);
    return new Answer(policy, policy, reference, 0, /* logZ= */ 0.3).with(advantages);
  }
}
