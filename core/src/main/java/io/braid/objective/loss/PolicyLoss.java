package io.braid.objective.loss;

import io.braid.nn.Parameter;
import io.braid.trajectory.Column;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The loss that the policy is trained on. */
public interface PolicyLoss extends AutoCloseable {
  /** Computes the batch's share of the optimizer step's loss. */
  LossValue of(LossBatch batch);

  /**
   * Returns the columns that the loss reads in addition to log-probabilities, advantages and
   * rewards, such as {@link Column#REF_LOG_PROBS} for {@link LossBatch#refLogProbs}.
   */
  default Set<Column<float[]>> needs() {
    return Set.of();
  }

  /**
   * Returns the estimate that the loss needs for each prompt before the first training on the
   * prompt, if any. The estimate fills its column.
   */
  default Optional<PromptEstimate> estimate() {
    return Optional.empty();
  }

  /** Returns how {@link LossBatch#promptStates} are pooled, if the loss needs them. */
  default Optional<PromptPooling> promptStates() {
    return Optional.empty();
  }

  /**
   * Returns whether the loss compares the responses of a group, so that micro-batches must hold
   * whole groups. A group larger than {@code micro_batch_tokens} then becomes a micro-batch by
   * itself.
   */
  default boolean wholeGroups() {
    return false;
  }

  /**
   * Returns whether a response whose advantages are all zero has no gradient, so that its forward
   * and backward pass can be skipped. It still counts in the totals.
   */
  default boolean ignoresZeroAdvantage() {
    return false;
  }

  /** Returns the loss's own parameters, which are trained with the policy. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Returns the learning rate of these parameters, if it differs from the policy's. */
  default OptionalDouble learningRate() {
    return OptionalDouble.empty();
  }

  /** Called before each optimizer step, with a seed that depends only on the step. */
  default void beginStep(long seed) {}

  /**
   * Returns whether {@link #prepare} must be called with each optimizer step's responses before
   * training on them.
   */
  default boolean prepares() {
    return false;
  }

  /**
   * Called after {@link #beginStep} with all responses of the optimizer step at once; {@link
   * LossBatch#logProbs} then holds log π_old, without gradients.
   */
  default void prepare(LossBatch step) {}

  @Override
  default void close() {}
}
