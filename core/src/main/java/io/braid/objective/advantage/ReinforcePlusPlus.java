package io.braid.objective.advantage;

import io.braid.Default;
import io.braid.Doc;
import io.braid.objective.Estimate;
import io.braid.trajectory.Trajectories;

/**
 * REINFORCE++'s advantage (Hu 2025, arXiv 2501.03262): the return of each token, normalised over
 * all tokens of the batch instead of over a group.
 *
 * <pre>
 *   G_t = r_t + γ G_{t+1} ,   where the last token's r includes the response's reward
 *   Â_t = (G_t − mean_batch G) / std_batch G
 * </pre>
 *
 * @param gamma γ
 */
public record ReinforcePlusPlus(@Doc("γ: the discount per token.") @Default("1.0") double gamma)
    implements AdvantageEstimator {
  /** Checks γ. */
  public ReinforcePlusPlus {
    Discounts.check("gamma", gamma);
  }

  @Override
  public Estimate estimate(Trajectories t) {
    double[] returns = t.toGo(OutcomeAdvantage.perToken(t), gamma);
    for (int i = 0; i < returns.length; i++) {
      returns[i] = Scaled.finite(returns[i]);
    }
    return Estimate.of(Whitening.of(returns));
  }

  @Override
  public boolean keepsTokenRewards() {
    return true;
  }
}
