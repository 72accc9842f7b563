package io.braid.objective.advantage;

import io.braid.objective.Estimate;
import io.braid.trajectory.Trajectories;

/**
 * REINFORCE without a baseline (Williams 1992): the advantage is the reward itself. With FlowRL's
 * loss the target distribution is then fixed, π_ref · exp(β r) / Z: it does not move with the
 * policy.
 *
 * <p>Â = r
 */
public record Reinforce() implements AdvantageEstimator {
  @Override
  public Estimate estimate(Trajectories t) {
    return OutcomeAdvantage.ofRewards(t, rewards -> rewards);
  }

  @Override
  public boolean addsTokenRewards() {
    return true;
  }

  @Override
  public boolean leavesRewards() {
    return true;
  }
}
