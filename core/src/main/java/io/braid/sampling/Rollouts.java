package io.braid.sampling;

import io.braid.checkpoint.CheckpointParts;
import io.braid.model.Transformer;
import io.braid.trajectory.Trajectories;
import java.util.OptionalDouble;

/** The source of a step's responses. */
public sealed interface Rollouts extends AutoCloseable
    permits SynchronousRollouts, OneStepOffPolicyRollouts {
  /**
   * Creates synchronous or one-step off-policy rollouts, as the sampler's settings require.
   *
   * @param policy the model that is trained
   * @param steps number of steps of the whole run
   */
  static Rollouts of(Sampler sampler, Transformer policy, int steps) {
    return sampler.settings().staleness() == 0
        ? new SynchronousRollouts(sampler, policy)
        : new OneStepOffPolicyRollouts(sampler, policy, steps);
  }

  /** Returns the step's responses. Called before the step trains. */
  RolloutBatch next(int step);

  /**
   * Called after training on the responses of the last {@link #next}, which are kept until then.
   *
   * @param t the step's finished table
   */
  void learned(Trajectories t);

  /**
   * Returns the time that the last {@link #next} spent on copying the policy's weights, in seconds;
   * empty if the rollout samples from the policy itself.
   */
  OptionalDouble publishSeconds();

  /** Returns the curriculum's state and the responses not yet trained on as checkpoint parts. */
  CheckpointParts parts();

  @Override
  void close();
}
