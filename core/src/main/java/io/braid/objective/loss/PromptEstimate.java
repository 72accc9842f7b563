package io.braid.objective.loss;

import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;

/**
 * Estimates a number that a loss needs for each prompt from responses of the frozen reference
 * π_ref, before the first training on the prompt. The number never changes afterwards.
 */
public interface PromptEstimate {
  /** Returns the number of proposals, which are the reference's responses to each prompt. */
  int proposals();

  /** Returns the column that the estimates fill: each row gets the estimate of its prompt. */
  Column<double[]> column();

  /**
   * Estimates the number for a prompt.
   *
   * @param proposals the prompt's proposals: one group, sampled from π_ref at the training
   *     temperature, with {@link Column#REWARD} and {@link Column#TOKEN_REWARDS}
   */
  Estimate of(Trajectories proposals);

  /**
   * An estimate with measures of its quality.
   *
   * @param value the estimated number
   * @param effectiveSamples number of equally weighted proposals that would be as informative
   * @param informed whether the proposals differed in reward; if they did not, the estimate has no
   *     information about responses with other rewards
   */
  record Estimate(double value, double effectiveSamples, boolean informed) {}
}
