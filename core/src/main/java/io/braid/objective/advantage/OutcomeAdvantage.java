package io.braid.objective.advantage;

import io.braid.objective.EqualRewards;
import io.braid.objective.Estimate;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.function.UnaryOperator;

/** Advantages of whole responses, given to each of their tokens. */
final class OutcomeAdvantage {
  private OutcomeAdvantage() {}

  /**
   * Compares the responses of each group; rewards that are equal up to rounding count as equal.
   *
   * <p>Â_t = compare(rewards of the group)_response + Σ_{i≥t} token reward_i
   *
   * @param compare turns a group's rewards into one number for each response
   */
  static Estimate ofGroups(Trajectories t, UnaryOperator<double[]> compare) {
    return ofRewards(t, rewards -> compare.apply(EqualRewards.merged(rewards)));
  }

  /** The same with rewards as they are, even where they differ by rounding only. */
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

  /** The rewards of all tokens: the response's, equal ones merged, falls on its last token. */
  static double[] perToken(Trajectories t) {
    double[] rewards = t.get(Column.TOKEN_REWARDS).clone();
    double[] ofRows = EqualRewards.merged(t.get(Column.REWARD));
    for (int row = 0; row < t.rows(); row++) {
      rewards[t.start(row + 1) - 1] += ofRows[row];
    }
    return rewards;
  }
}
