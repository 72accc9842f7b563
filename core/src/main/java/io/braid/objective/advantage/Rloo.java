package io.braid.objective.advantage;

import io.braid.objective.Estimate;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;

/**
 * RLOO's advantage (Ahmadian et al. 2024, arXiv 2402.14740, section 2.2): a response's reward minus
 * the mean reward of the other responses in its group, a baseline that does not depend on the
 * response itself.
 *
 * <p>Â_i = r_i − mean_{j≠i} r_j = n/(n − 1) · (r_i − mean)
 */
public record Rloo() implements AdvantageEstimator {
  @Override
  public Estimate estimate(Trajectories t) {
    return OutcomeAdvantage.ofGroups(
        t,
        rewards -> {
          double n = rewards.length;
          Scaled scaled = Scaled.of(rewards);
          double mean = scaled.mean();
          return Arrays.stream(scaled.numbers())
              .map(r -> scaled.back(n / (n - 1) * (r - mean)))
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
