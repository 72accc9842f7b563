package io.braid.objective.advantage;

import static io.braid.objective.advantage.OutcomeAdvantage.mean;

import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import java.util.Arrays;
import java.util.List;

/**
 * RLOO's advantage (Ahmadian et al. 2024, arXiv 2402.14740, section 2.2): a response's reward less
 * the mean of the others in its group, a baseline that does not depend on the response itself.
 *
 * <p>Â_i = r_i − mean_{j≠i} r_j = n/(n − 1) · (r_i − mean)
 */
public record LeaveOneOut() implements AdvantageEstimator {
  @Override
  public Advantages estimate(List<GroupRewards> groups) {
    return OutcomeAdvantage.ofGroups(
        groups,
        rewards -> {
          double n = rewards.length;
          double mean = mean(rewards);
          return Arrays.stream(rewards).map(r -> n / (n - 1) * (r - mean)).toArray();
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
