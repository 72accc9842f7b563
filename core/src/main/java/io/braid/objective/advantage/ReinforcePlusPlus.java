package io.braid.objective.advantage;

import io.braid.Default;
import io.braid.Doc;
import io.braid.objective.Advantages;
import io.braid.objective.EqualRewards;
import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import java.util.ArrayList;
import java.util.List;

/**
 * REINFORCE++'s advantage (Hu 2025, arXiv 2501.03262): the return of each token, normalised over
 * all tokens of the batch instead of a group.
 *
 * <pre>
 *   G_t = Σ_{i≥t} γ^{i−t} r_i ,   the outcome being part of the last token's r
 *   Â_t = (G_t − mean_batch G) / std_batch G
 * </pre>
 *
 * @param gamma γ
 */
public record ReinforcePlusPlus(
    @Doc("γ: what a reward one token later is worth.") @Default("1.0") double gamma)
    implements AdvantageEstimator {
  /** Checks the gamma. */
  public ReinforcePlusPlus {
    Discounts.check("gamma", gamma);
  }

  @Override
  public Advantages estimate(List<GroupRewards> groups) {
    List<List<double[]>> returns = new ArrayList<>(groups.size());
    for (GroupRewards group : EqualRewards.merged(groups)) {
      returns.add(group.responses().stream().map(this::returns).toList());
    }
    return Advantages.of(Whitening.of(returns));
  }

  private double[] returns(ResponseRewards response) {
    double[] rewards = response.perToken();
    for (int t = rewards.length - 2; t >= 0; t--) {
      rewards[t] = Scaled.finite(rewards[t] + gamma * rewards[t + 1]);
    }
    return rewards;
  }

  @Override
  public boolean keepsTokenRewards() {
    return true;
  }

  @Override
  public int smallestGroup() {
    return 1;
  }
}
