package io.braid.objective.loss;

import io.braid.nn.Parameter;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** log Z(x), the log-partition function of FlowRL's target, during a run. */
interface LogPartition extends AutoCloseable {
  /**
   * log Z of each response's prompt.
   *
   * @return [r]
   */
  Tensor of(LossBatch batch);

  /** Called before each optimizer step, with a seed that depends on the step alone. */
  default void beginStep(long seed) {}

  /** Whether {@link #fit} is to see each optimizer step before it is learned from. */
  default boolean fits() {
    return false;
  }

  /**
   * Takes an optimizer step's residuals without log Z, under π_old.
   *
   * @param residuals [r]
   */
  default void fit(Tensor residuals, LossBatch step) {}

  /** How it needs {@link LossBatch#promptStates}. */
  default Optional<PromptPooling> promptStates() {
    return Optional.empty();
  }

  /** What it needs to know of each prompt before the prompt is first learned from. */
  default Optional<PromptEstimate> estimate() {
    return Optional.empty();
  }

  /** Its parameters, trained with the policy. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** The learning rate of its parameters. */
  default OptionalDouble learningRate() {
    return OptionalDouble.empty();
  }

  @Override
  default void close() {}
}
