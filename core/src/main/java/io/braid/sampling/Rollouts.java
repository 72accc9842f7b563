package io.braid.sampling;

import io.braid.checkpoint.CheckpointParts;
import io.braid.model.Transformer;
import io.braid.trajectory.Trajectories;
import java.util.OptionalDouble;

/** Where a step's responses come from. */
public sealed interface Rollouts extends AutoCloseable
    permits SynchronousRollouts, OneStepOffPolicyRollouts {
  /**
   * Rollouts as the sampler's settings ask for.
   *
   * @param policy the model that trains
   * @param steps of the whole run
   */
  static Rollouts of(Sampler sampler, Transformer policy, int steps) {
    return sampler.settings().staleness() == 0
        ? new SynchronousRollouts(sampler, policy)
        : new OneStepOffPolicyRollouts(sampler, policy, steps);
  }

  /** The step's responses. Called before the step trains. */
  RolloutBatch next(int step);

  /**
   * Called once the step of the last {@link #next} has been learned from; its responses are kept
   * until then.
   *
   * @param t the step's finished table
   */
  void learned(Trajectories t);

  /**
   * How many seconds of the last {@link #next} went into copying the policy's weights; empty when
   * the rollout samples from the policy itself.
   */
  OptionalDouble publishSeconds();

  /** The curriculum's state, and responses that have not been learned from. */
  CheckpointParts parts();

  @Override
  void close();
}
