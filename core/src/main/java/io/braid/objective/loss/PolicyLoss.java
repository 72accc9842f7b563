package io.braid.objective.loss;

import io.braid.nn.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the policy's log-probabilities are trained on. */
public sealed interface PolicyLoss extends AutoCloseable permits SurrogateLoss, FlowrlLoss {
  /** The batch's share of the step's loss. */
  LossValue of(LossBatch batch);

  /** Whether it needs {@link LossBatch#refLogProbs}. */
  boolean usesReference();

  /** How {@link LossBatch#promptStates} are made, when it needs them. */
  default Optional<PromptPooling> promptStates() {
    return Optional.empty();
  }

  /**
   * Whether a response whose advantages are all zero moves nothing, so that it need not be
   * computed. It still counts in the totals.
   */
  boolean ignoresZeroAdvantage();

  /** What it learns beside the policy. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** The learning rate of what it learns beside the policy, when it is not the policy's. */
  default OptionalDouble learningRate() {
    return OptionalDouble.empty();
  }

  /** Called before each optimizer step, so that what it draws depends on the step alone. */
  default void beginStep(long seed) {}

  /** Whether {@link #survey} wants to see the whole step's responses before they are learned. */
  default boolean surveys() {
    return false;
  }

  /**
   * Called after {@link #beginStep} with all of the optimizer step's responses at once, log π_θ
   * being the constant log π_old.
   */
  default void survey(LossBatch step) {}

  @Override
  default void close() {}
}
