package io.braid.objective.signal;

import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.Set;

/**
 * A KL penalty in the reward, as in PPO for language models (Ouyang et al. 2022, arXiv 2203.02155,
 * section 3.5): r_t = −c (log π_old − log π_ref), the estimator k1, which is unbiased in a reward.
 *
 * @param coefficient c, above 0
 */
public record KlPenalty(double coefficient) implements TokenSignal {
  @Override
  public Set<Column<float[]>> needs() {
    return Set.of(Column.OLD_LOG_PROBS, Column.REF_LOG_PROBS);
  }

  /**
   * Returns false: the penalty only restrains the policy, so it does not give a learning signal by
   * itself.
   */
  @Override
  public boolean teaches() {
    return false;
  }

  @Override
  public OfStep begin(int step, Trajectories t) {
    return this::rewards;
  }

  private double[] rewards(Trajectories part) {
    float[] old = part.get(Column.OLD_LOG_PROBS);
    float[] ref = part.get(Column.REF_LOG_PROBS);
    double[] rewards = new double[part.tokens()];
    for (int t = 0; t < rewards.length; t++) {
      rewards[t] = -(coefficient * ((double) old[t] - ref[t]));
    }
    return rewards;
  }
}
