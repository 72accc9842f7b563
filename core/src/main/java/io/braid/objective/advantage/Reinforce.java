package io.braid.objective.advantage;

import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import java.util.List;

/**
 * REINFORCE without a baseline (Williams 1992): the advantage is the reward itself. With FlowRL's
 * loss the target distribution is then fixed, π_ref · exp(β r) / Z: it does not move with the
 * policy.
 *
 * <p>Â = r
 */
public record Reinforce() implements AdvantageEstimator {
  @Override
  public Advantages estimate(List<GroupRewards> groups) {
    return OutcomeAdvantage.ofOutcomes(groups, rewards -> rewards);
  }

  @Override
  public boolean addsTokenRewards() {
    return true;
  }

  @Override
  public int smallestGroup() {
    return 1;
  }
}
