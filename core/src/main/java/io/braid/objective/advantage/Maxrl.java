package io.braid.objective.advantage;

import io.braid.UserError;
import io.braid.objective.Estimate;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;

/**
 * MaxRL's advantage (Tajwar et al. 2026, arXiv 2602.02710): a response's reward relative to the
 * mean of its group. In a group without reward, all advantages are 0.
 *
 * <p>Â_i = (r_i − mean) / mean
 *
 * <p>With rewards of 0 and 1, the expectation of Σ_i Â_i ∇log π(y_i) / n over groups of n is the
 * gradient of log p, where p is the pass rate, with log p's series in the failure rate truncated
 * after n − 1 terms: Σ_{k=1..n−1} ∇pass@k / k. (With Â_i = −1 in groups without a correct response
 * it would have n terms.)
 */
public record Maxrl() implements AdvantageEstimator {
  @Override
  public Estimate estimate(Trajectories t) {
    return OutcomeAdvantage.ofGroups(
        t,
        rewards -> {
          double smallest = Arrays.stream(rewards).min().orElse(0);
          if (smallest < 0) {
            throw new UserError(
                "advantage: maxrl divides by the mean reward of a group, so it needs rewards of 0 and above, got %s; use another advantage such as rloo"
                    .formatted(smallest));
          }
          Scaled scaled = Scaled.of(rewards);
          double mean = scaled.mean();
          return Arrays.stream(scaled.numbers())
              .map(r -> mean == 0 ? 0 : (r - mean) / mean)
              .toArray();
        });
  }

  @Override
  public boolean addsTokenRewards() {
    return true;
  }

  @Override
  public int smallestGroup() {
    return 2;
  }
}
