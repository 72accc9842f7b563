package io.braid.objective.advantage;

import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import java.util.List;

/**
 * The reward itself, compared with nothing. With trajectory balance the target distribution is then
 * a fixed one, π_ref · exp(β r) / Z, that does not move with the policy.
 *
 * <p>Â = r
 */
public record RawOutcome() implements AdvantageEstimator {
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
