package io.braid.objective.advantage;

import io.braid.Default;
import io.braid.Doc;
import io.braid.objective.Estimate;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.Optional;
import java.util.Set;

/**
 * Generalised advantage estimation with a critic, PPO's advantage (Schulman et al. 2016, arXiv
 * 1506.02438, eq. 16):
 *
 * <pre>
 *   δ_t = r_t + γ V(s_{t+1}) − V(s_t) ,   V = 0 after the last token
 *   Â_t = δ_t + γλ Â_{t+1} ,   and the critic's target is Â_t + V(s_t)
 * </pre>
 *
 * <p>t + 1 is the next trained token: tool output in between is not an action of the policy.
 *
 * @param gamma γ
 * @param lambda λ: 1 uses only the rewards, 0 relies on the critic's next value
 * @param whiten whether the batch's advantages get mean 0 and standard deviation 1
 */
public record Gae(
    @Doc("γ: the discount per token.") @Default("1.0") double gamma,
    @Doc("λ: 1 uses only the rewards, 0 relies on the critic's next value.") @Default("1.0")
        double lambda,
    @Default("true") boolean whiten)
    implements AdvantageEstimator {
  /** Checks the discounts. */
  public Gae {
    Discounts.check("gamma", gamma);
    Discounts.check("lambda", lambda);
  }

  @Override
  public Estimate estimate(Trajectories t) {
    double[] rewards = OutcomeAdvantage.perToken(t);
    float[] values = t.get(Column.VALUES);
    double[] advantages = new double[t.tokens()];
    double[] returns = new double[t.tokens()];
    for (int row = 0; row < t.rows(); row++) {
      double next = 0;
      double nextValue = 0;
      for (int i = t.start(row + 1) - 1; i >= t.start(row); i--) {
        double delta = rewards[i] + gamma * nextValue - values[i];
        next = Scaled.finite(delta + gamma * lambda * next);
        nextValue = values[i];
        advantages[i] = next;
        returns[i] = Scaled.finite(next + values[i]);
      }
    }
    return new Estimate(whiten ? Whitening.of(advantages) : advantages, Optional.of(returns));
  }

  @Override
  public Set<Column<float[]>> needs() {
    return Set.of(Column.VALUES);
  }

  @Override
  public boolean keepsTokenRewards() {
    return true;
  }
}
