package io.braid.experiment.audit;

import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.advantage.Gae;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.advantage.Reinforce;
import io.braid.objective.advantage.ReinforcePlusPlus;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.PpoClip;
import java.util.List;
import java.util.Optional;

/**
 * What is audited.
 *
 * @param name as people call it
 * @param estimator how rewards become advantages
 * @param loss what is descended
 * @param rewards what changes the rewards before
 * @param miniBatches optimizer steps a rollout
 * @param optimizer how the policy moves, and the critic where there is one
 * @param steps rollouts
 */
public record Algorithm(
    String name,
    AdvantageEstimator estimator,
    LossSettings loss,
    RewardSettings rewards,
    int miniBatches,
    OptimizerSettings optimizer,
    int steps) {

  private static final LossSettings SURROGATE =
      new PpoClip(0.2, 0.2, Optional.empty(), new Aggregation.TokenMean(), Optional.empty());

  /** The algorithms as {@code recipes/} has them, with learning rates that converge here. */
  public static List<Algorithm> all(double beta) {
    return List.of(flowRl(beta, 1000), grpo(200), ppo(200), reinforcePlusPlus(200));
  }

  /**
   * FlowRL with the reward itself as the advantage: normalised by its group, the target would move
   * with the policy. Without dropout, so that the learned log Z is one number.
   */
  public static Algorithm flowRl(double beta, int steps) {
    return new Algorithm(
        "flowrl",
        new Reinforce(),
        Flowrl.of(beta, 0.2, /* dropout= */ 0, /* learningRate= */ 2e-2),
        RewardSettings.PLAIN,
        1,
        falling(8e-3),
        steps);
  }

  /** GRPO without a KL term. */
  public static Algorithm grpo(int steps) {
    return new Algorithm(
        "grpo", new Grpo(Std.SAMPLE), SURROGATE, RewardSettings.PLAIN, 1, falling(4e-3), steps);
  }

  /** PPO with a critic of the policy's shape, and two mini-batches a rollout. */
  public static Algorithm ppo(int steps) {
    return new Algorithm(
        "ppo",
        new Gae(1, 1, /* whiten= */ true),
        SURROGATE,
        RewardSettings.PLAIN,
        2,
        falling(4e-3),
        steps);
  }

  /** REINFORCE++ with its KL term in the reward. */
  public static Algorithm reinforcePlusPlus(int steps) {
    return new Algorithm(
        "reinforce++",
        new ReinforcePlusPlus(1),
        SURROGATE,
        new RewardSettings(Optional.empty(), /* kl= */ 0.001),
        1,
        falling(4e-3),
        steps);
  }

  /** A rate that falls to nothing, so that the noise of sampling does as well. */
  private static OptimizerSettings falling(double learningRate) {
    return new OptimizerSettings(learningRate, 50, Fall.LINEAR, 0, 0, 1, 0.9, 0.999, 1e-8);
  }
}
