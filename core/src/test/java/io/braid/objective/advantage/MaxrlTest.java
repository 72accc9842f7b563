package io.braid.objective.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.objective.Estimates;
import io.braid.objective.Estimates.Nested;
import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaxrlTest {
  /** A policy over four strings of one token each. */
  private static final double[] POLICY = {0.1, 0.2, 0.3, 0.4};

  private static final boolean[] CORRECT = {true, false, true, false};
  private static final double PASS_RATE = 0.4;

  private static double[] estimate(double... outcomes) {
    List<ResponseRewards> responses =
        Arrays.stream(outcomes)
            .mapToObj(outcome ->
                new ResponseRewards(outcome, new double[1], Optional.empty(), Optional.empty()))
            .toList();
    Nested advantages = Estimates.of(new Maxrl(), List.of(new GroupRewards(responses)));
    double[] all = new double[outcomes.length];
    Arrays.setAll(all, i -> advantages.of(0, i)[0]);
    return all;
  }

  @Test
  void aCorrectResponseAmongFourCountsFourTimesItsShare() {
    assertThat(estimate(0, 1, 0, 0)).containsExactly(-1, 3, -1, -1);
    assertThat(estimate(1, 1, 0, 0)).containsExactly(1, 1, -1, -1);
  }

  @Test
  void equalRewardsHaveNoAdvantage() {
    assertThat(estimate(0, 0, 0)).containsOnly(0);
    assertThat(estimate(1, 1, 1)).containsOnly(0);
  }

  @Test
  void negativeRewardsAreRefused() {
    assertThatThrownBy(() -> estimate(-1, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("needs rewards of 0 and above, got -1.0");
  }

  /** Every possible group is enumerated, so that the expectation is exact. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void theExpectedGradientMatchesTheTruncatedLogPassRate(int n) {
    double[] expected = new double[POLICY.length]; // of Σ_i Â_i ∇log π(y_i) / n, by logit
    int[] group = new int[n];
    for (int code = 0; code < Math.pow(POLICY.length, n); code++) {
      double probability = 1;
      double[] outcomes = new double[n];
      for (int i = 0, rest = code; i < n; i++, rest /= POLICY.length) {
        group[i] = rest % POLICY.length;
        probability *= POLICY[group[i]];
        outcomes[i] = CORRECT[group[i]] ? 1 : 0;
      }
      double[] advantages = estimate(outcomes);
      for (int i = 0; i < n; i++) {
        for (int logit = 0; logit < POLICY.length; logit++) {
          double score = (group[i] == logit ? 1 : 0) - POLICY[logit]; // ∂ log π(y_i)
          expected[logit] += probability * advantages[i] * score / n;
        }
      }
    }
    double series = 0; // Σ_{k=1..n−1} ∂ pass@k / k = Σ_k (1 − p)^{k−1} ∂p
    for (int k = 1; k < n; k++) {
      series += Math.pow(1 - PASS_RATE, k - 1);
    }
    for (int logit = 0; logit < POLICY.length; logit++) {
      double ofPassRate = POLICY[logit] * ((CORRECT[logit] ? 1 : 0) - PASS_RATE);
      assertThat(expected[logit]).isCloseTo(series * ofPassRate, within(1e-12));
    }
  }
}
