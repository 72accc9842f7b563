package io.braid.objective.advantage;

import io.braid.Choices;
import io.braid.SettingError;
import io.braid.objective.Estimate;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.Set;

/**
 * Computes the advantages of a step's responses from their rewards. Implementations are records
 * whose components are the recipe's settings.
 */
@Choices({
  DrGrpo.class,
  EntropyShaping.class,
  Gae.class,
  Grpo.class,
  Maxrl.class,
  Reinforce.class,
  ReinforcePlusPlus.class,
  ReinforcePlusPlusBaseline.class,
  Rloo.class
})
public interface AdvantageEstimator {
  /**
   * Computes the advantage of every trained token.
   *
   * @param t a step's table with {@link Column#REWARD}, {@link Column#TOKEN_REWARDS} and the
   *     columns of {@link #needs}
   */
  Estimate estimate(Trajectories t);

  /** Returns the minimum number of responses per prompt. */
  default int smallestGroup() {
    return 1;
  }

  /**
   * Checks that groups are large enough for this estimator.
   *
   * @param samples responses per prompt
   * @throws SettingError if they are not
   */
  default void checkGroups(int samples) {
    if (samples < smallestGroup()) {
      throw new SettingError(
          "rollout.samples",
          "a group of %d is too small: this advantage compares the responses to one prompt, so use at least %d"
              .formatted(samples, smallestGroup()));
    }
  }

  /**
   * Returns the columns that the estimator reads in addition to rewards, such as values or
   * entropies.
   */
  default Set<Column<float[]>> needs() {
    return Set.of();
  }

  /**
   * Returns whether the estimator adds token rewards to an advantage that does not depend on them,
   * Â_t = Â + Σ_{i≥t} r_i, so that they can also be added after the estimate.
   */
  default boolean addsTokenRewards() {
    return false;
  }

  /**
   * Returns whether the estimator uses a verifier's rewards for tokens or steps separately. If not,
   * it gets their sum over the response.
   */
  default boolean keepsTokenRewards() {
    return false;
  }

  /**
   * Returns whether the advantage of a response's first token equals the response's own reward
   * including its token rewards, independently of other responses.
   */
  default boolean leavesRewards() {
    return false;
  }
}
