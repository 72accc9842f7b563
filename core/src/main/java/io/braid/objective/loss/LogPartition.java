package io.braid.objective.loss;

import io.braid.nn.Parameter;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The log-partition function log Z(x) of FlowRL's target, as a run computes it. */
interface LogPartition extends AutoCloseable {
  /**
   * Returns log Z of each response's prompt.
   *
   * @return [r]
   */
  Tensor of(LossBatch batch);

  /** Called before each optimizer step, with a seed that depends only on the step. */
  default void beginStep(long seed) {}

  /**
   * Returns whether {@link #fit} must be called with each optimizer step's responses before
   * training on them.
   */
  default boolean fits() {
    return false;
  }

  /**
   * Fits log Z to an optimizer step's residuals, which are computed under π_old with log Z = 0.
   *
   * @param residuals [r]
   */
  default void fit(Tensor residuals, LossBatch step) {}

  /** Returns how {@link LossBatch#promptStates} are pooled, if log Z needs them. */
  default Optional<PromptPooling> promptStates() {
    return Optional.empty();
  }

  /**
   * Returns the estimate that log Z needs for each prompt before the first training on the prompt,
   * if any.
   */
  default Optional<PromptEstimate> estimate() {
    return Optional.empty();
  }

  /** Returns the parameters of log Z, which are trained with the policy. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Returns the learning rate of these parameters. */
  default OptionalDouble learningRate() {
    return OptionalDouble.empty();
  }

  @Override
  default void close() {}
}
