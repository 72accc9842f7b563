package io.braid.train;

import io.braid.Check;
import io.braid.SettingError;
import io.braid.objective.Estimate;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.loss.RolloutCorrection;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * Computes the columns between verdicts and loss: rewards, advantages, returns and importance
 * weights.
 *
 * @param estimator the advantage estimator
 * @param rewards terms that are added to the verifier's rewards
 * @param correction importance weights for responses sampled from a different policy
 * @param limit maximum length of a response, in tokens
 */
record Advantages(
    AdvantageEstimator estimator,
    RewardSettings rewards,
    Optional<RolloutCorrection> correction,
    int limit) {
  /** Largest allowed advantage; its square is finite in single precision. */
  private static final double LARGEST = 1e15;

  /** Returns whether token rewards can be added after the estimate. */
  boolean addTokenRewards() {
    return estimator.addsTokenRewards();
  }

  /** Fills the rewards of responses and tokens from the verdicts. */
  Trajectories rewards(Trajectories t) {
    return rewards.fill(t, limit, estimator.keepsTokenRewards());
  }

  /** Fills the advantages, and the returns and importance weights if there are any. */
  Trajectories estimate(Trajectories t) {
    Estimate estimate = Check.returned("advantage", estimator, "estimate", estimator.estimate(t));
    Trajectories filled = t.with(Column.ADVANTAGES, singles(estimate.advantages(), t));
    if (estimate.returns().isPresent()) {
      filled = filled.with(Column.RETURNS, singles(estimate.returns().get(), t));
    }
    if (correction.isPresent()) {
      filled = filled.with(Column.IMPORTANCE_WEIGHTS, weights(t, correction.get()));
    }
    return filled;
  }

  private static float[] weights(Trajectories t, RolloutCorrection correction) {
    float[] weights = new float[t.tokens()];
    for (int row = 0; row < t.rows(); row++) {
      double[] own =
          correction.weights(
              t.row(Column.OLD_LOG_PROBS, row), t.row(Column.ROLLOUT_LOG_PROBS, row));
      for (int i = 0; i < own.length; i++) {
        weights[t.start(row) + i] = (float) own[i];
      }
    }
    return weights;
  }

  /** Converts advantages or returns to single precision, which training uses. */
  private float[] singles(double[] numbers, Trajectories t) {
    if (numbers.length != t.tokens()) {
      throw new SettingError(
          "advantage",
          "%s returned %s numbers for %s tokens; return one for each trained token"
              .formatted(estimator.getClass().getName(), numbers.length, t.tokens()));
    }
    float[] singles = new float[numbers.length];
    List<Verdict> verdicts = t.get(Column.VERDICT);
    for (int row = 0; row < t.rows(); row++) {
      for (int i = t.start(row); i < t.start(row + 1); i++) {
        if (Double.isNaN(numbers[i])) {
          throw new SettingError(
              "advantage",
              "%s gives NaN for the reward %s"
                  .formatted(estimator.getClass().getName(), verdicts.get(row).reward()));
        }
        if (Math.abs(numbers[i]) > LARGEST) {
          throw new SettingError(
              "advantage",
              "the verifier's reward of %s gives an advantage of %s, which is above the limit of %s; scale the rewards down, or use a normalised advantage, such as grpo"
                  .formatted(verdicts.get(row).reward(), numbers[i], LARGEST));
        }
        singles[i] = (float) numbers[i];
      }
    }
    return singles;
  }
}
