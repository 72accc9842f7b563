package io.braid.objective.signal;

import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.Set;

/**
 * An entropy bonus in the reward, as in maximum-entropy reinforcement learning (Haarnoja et al.
 * 2018, arXiv 1801.01290, eq. 1): r_t = c H_t, with the entropy of the policy before the update as
 * a constant.
 *
 * @param coefficient c, above 0
 */
public record EntropyBonus(double coefficient) implements TokenSignal {
  @Override
  public Set<Column<float[]>> needs() {
    return Set.of(Column.ENTROPIES);
  }

  @Override
  public OfStep begin(int step, Trajectories t) {
    return this::rewards;
  }

  private double[] rewards(Trajectories part) {
    float[] entropies = part.get(Column.ENTROPIES);
    double[] rewards = new double[part.tokens()];
    for (int t = 0; t < rewards.length; t++) {
      rewards[t] = coefficient * entropies[t];
    }
    return rewards;
  }
}
