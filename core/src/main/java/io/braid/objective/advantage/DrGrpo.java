package io.braid.objective.advantage;

import io.braid.objective.Estimate;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;

/**
 * Dr.GRPO's advantage (Liu et al. 2025, arXiv 2503.20783, section 3.2): a response's reward minus
 * the group's mean. Without division by the standard deviation, problems that are nearly always or
 * nearly never solved do not get more weight than others.
 *
 * <p>Â = r − mean
 */
public record DrGrpo() implements AdvantageEstimator {
  @Override
  public Estimate estimate(Trajectories t) {
    return OutcomeAdvantage.ofGroups(
        t,
        rewards -> {
          Scaled scaled = Scaled.of(rewards);
          double mean = scaled.mean();
          return Arrays.stream(scaled.numbers()).map(r -> scaled.back(r - mean)).toArray();
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
