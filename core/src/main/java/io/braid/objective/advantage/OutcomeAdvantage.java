package io.braid.objective.advantage;

import io.braid.objective.EqualRewards;
import io.braid.objective.Estimate;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.function.UnaryOperator;

/** Computes advantages of whole responses and assigns them to each of their tokens. */
final class OutcomeAdvantage {
  private OutcomeAdvantage() {}

  /**
   * Compares the responses of each group; rewards that are equal up to rounding count as equal.
   *
   * <p>Â_t = compare(rewards of the group)_response + Σ_{i≥t} token reward_i
   *
   * @param compare computes one number for each response from a group's rewards
   */
  static Estimate ofGroups(Trajectories t, UnaryOperator<double[]> compare) {
    return ofRewards(t, rewards -> compare.apply(EqualRewards.merged(rewards)));
  }

  /**
   * Compares like {@link #ofGroups}, but with unchanged rewards, even if they differ only by
   * rounding.
   */
  static Estimate ofRewards(Trajectories t, UnaryOperator<double[]> compare) {
    double[] rewards = t.get(Column.REWARD);
    double[] compared = new double[t.rows()];
    for (int[] group : t.groups()) {
      double[] own = new double[group.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = rewards[group[i]];
      }
      double[] ofGroup = compare.apply(own);
      for (int i = 0; i < own.length; i++) {
        compared[group[i]] = ofGroup[i];
      }
    }
    double[] advantages = t.broadcast(compared);
    double[] toGo = t.toGo(t.get(Column.TOKEN_REWARDS), 1);
    for (int i = 0; i < advantages.length; i++) {
      advantages[i] = Scaled.finite(advantages[i] + toGo[i]);
    }
    return Estimate.of(advantages);
  }

  /**
   * Returns the rewards of all tokens; the response's reward, merged with equal ones, is added to
   * its last token.
   */
  static double[] perToken(Trajectories t) {
    double[] rewards = t.get(Column.TOKEN_REWARDS).clone();
    double[] ofRows = EqualRewards.merged(t.get(Column.REWARD));
    for (int row = 0; row < t.rows(); row++) {
      rewards[t.start(row + 1) - 1] += ofRows[row];
    }
    return rewards;
  }
}
