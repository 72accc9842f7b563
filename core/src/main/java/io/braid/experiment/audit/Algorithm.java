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
import io.braid.objective.loss.Beta;
import io.braid.objective.loss.Disa;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.LogZ;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.PpoClip;
import io.braid.sampling.CurriculumSettings;
import io.braid.sampling.FixedOrder;
import io.braid.sampling.PacedRl;
import java.util.List;
import java.util.Optional;

/**
 * An algorithm to audit.
 *
 * @param name display name
 * @param estimator computes advantages from rewards
 * @param loss the policy's loss
 * @param curriculum chooses the problems of a step; there is one problem, so only replay differs
 * @param rewards reward transformations applied first
 * @param miniBatches optimizer steps per rollout batch
 * @param optimizer optimizer settings of the policy, and of the critic if there is one
 * @param steps number of rollout batches
 */
public record Algorithm(
    String name,
    AdvantageEstimator estimator,
    LossSettings loss,
    CurriculumSettings curriculum,
    RewardSettings rewards,
    int miniBatches,
    OptimizerSettings optimizer,
    int steps) {

  private static final LogZ LEARNED = new LogZ.Learned(/* dropout= */ 0, /* learningRate= */ 2e-2);

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
    return flowRl("flowrl", beta, LEARNED, new FixedOrder(), steps);
  }

  private static Algorithm flowRl(
      String name, double beta, LogZ logZ, CurriculumSettings curriculum, int steps) {
    return new Algorithm(
        name,
        new Reinforce(),
        new Flowrl(Beta.of(beta), 0.2, Flowrl.Variant.PAPER, Flowrl.Ratio.SEQUENCE, logZ),
        curriculum,
        RewardSettings.PLAIN,
        1,
        decaying(8e-3),
        steps);
  }

  /**
   * Returns FlowRL with log Z from each available source, with the exact log Z, and with PACED-RL's
   * replay of half of each step's responses.
   *
   * @param exact the exact log Z
   */
  public static List<Algorithm> logZ(double beta, double exact, int steps) {
    FixedOrder fixed = new FixedOrder();
    return List.of(
        flowRl("learned", beta, LEARNED, fixed, steps),
        flowRl("disa, 64", beta, new Disa(64), fixed, steps),
        flowRl("disa, 1024", beta, new Disa(1024), fixed, steps),
        flowRl("batch mean", beta, new LogZ.BatchMean(), fixed, steps),
        flowRl("group mean", beta, new LogZ.GroupMean(), fixed, steps),
        flowRl("constant 0", beta, new LogZ.Constant(0), fixed, steps),
        flowRl("constant, exact", beta, new LogZ.Constant(exact), fixed, steps),
        flowRl("paced-rl", beta, LEARNED, new PacedRl(0.5, 1, 0.5, 128), steps));
  }

  /** Returns GRPO without a KL term. */
  public static Algorithm grpo(int steps) {
    return new Algorithm(
        "grpo",
        new Grpo(Std.SAMPLE),
        SURROGATE,
        new FixedOrder(),
        RewardSettings.PLAIN,
        1,
        decaying(4e-3),
        steps);
  }

  /** Returns PPO with a critic of the policy's shape and two mini-batches per rollout batch. */
  public static Algorithm ppo(int steps) {
    return new Algorithm(
        "ppo",
        new Gae(1, 1, /* whiten= */ true),
        SURROGATE,
        new FixedOrder(),
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
        new FixedOrder(),
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
