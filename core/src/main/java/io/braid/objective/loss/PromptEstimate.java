package io.braid.objective.loss;

import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;

/**
 * A number of each prompt that a loss needs, estimated from responses of the frozen reference π_ref
 * before the prompt is first learned from. It never changes afterwards.
 */
public interface PromptEstimate {
  /** How many responses of the reference are sampled for each prompt, its proposals. */
  int proposals();

  /** The column that the estimates fill: each row gets the estimate of its prompt. */
  Column<double[]> column();

  /**
   * The estimate of a prompt.
   *
   * @param proposals the prompt's proposals: one group, drawn from π_ref at the training
   *     temperature, with {@link Column#REWARD} and {@link Column#TOKEN_REWARDS}
   */
  Estimate of(Trajectories proposals);

  /**
   * An estimate with what is known of its quality.
   *
   * @param value the number
   * @param effectiveSamples how many equally weighted proposals would be as informative
   * @param informed whether the proposals differed in reward; if they did not, the estimate knows
   *     nothing of responses with other rewards
   */
  record Estimate(double value, double effectiveSamples, boolean informed) {}
}
