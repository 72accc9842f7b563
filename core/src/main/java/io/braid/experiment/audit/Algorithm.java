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
 * An algorithm to audit.
 *
 * @param name display name
 * @param estimator computes advantages from rewards
 * @param loss the policy's loss
 * @param rewards reward transformations applied first
 * @param miniBatches optimizer steps per rollout batch
 * @param optimizer optimizer settings of the policy, and of the critic if there is one
 * @param steps number of rollout batches
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

  /** Returns the algorithms of {@code recipes/}, with learning rates that converge on this task. */
  public static List<Algorithm> all(double beta) {
    return List.of(flowRl(beta, 1000), grpo(200), ppo(200), reinforcePlusPlus(200));
  }

  /**
   * Returns FlowRL with the reward itself as the advantage, since with group-normalised advantages
   * the target would move with the policy. It has no dropout, so the learned log Z is a single
   * number.
   */
  public static Algorithm flowRl(double beta, int steps) {
    return new Algorithm(
        "flowrl",
        new Reinforce(),
        Flowrl.of(beta, 0.2, /* dropout= */ 0, /* learningRate= */ 2e-2),
        RewardSettings.PLAIN,
        1,
        decaying(8e-3),
        steps);
  }

  /** Returns GRPO without a KL term. */
  public static Algorithm grpo(int steps) {
    return new Algorithm(
        "grpo", new Grpo(Std.SAMPLE), SURROGATE, RewardSettings.PLAIN, 1, decaying(4e-3), steps);
  }

  /** Returns PPO with a critic of the policy's shape and two mini-batches per rollout batch. */
  public static Algorithm ppo(int steps) {
    return new Algorithm(
        "ppo",
        new Gae(1, 1, /* whiten= */ true),
        SURROGATE,
        RewardSettings.PLAIN,
        2,
        decaying(4e-3),
        steps);
  }

  /** Returns REINFORCE++ with its KL term in the reward. */
  public static Algorithm reinforcePlusPlus(int steps) {
    return new Algorithm(
        "reinforce++",
        new ReinforcePlusPlus(1),
        SURROGATE,
        new RewardSettings(Optional.empty(), /* kl= */ 0.001),
        1,
        decaying(4e-3),
        steps);
  }

  /**
   * Returns settings with a learning rate that decays to 0, so that sampling noise vanishes too.
   */
  private static OptimizerSettings decaying(double learningRate) {
    return new OptimizerSettings(learningRate, 50, Fall.LINEAR, 0, 0, 1, 0.9, 0.999, 1e-8);
  }
}
