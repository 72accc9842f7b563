package io.braid.objective.loss;

import io.braid.nn.Parameter;
import io.braid.trajectory.Column;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The loss that the policy is trained on. */
public interface PolicyLoss extends AutoCloseable {
  /** The batch's share of the optimizer step's loss. */
  LossValue of(LossBatch batch);

  /**
   * The columns that it reads beside log-probabilities, advantages and rewards: {@link
   * Column#REF_LOG_PROBS} for {@link LossBatch#refLogProbs}.
   */
  default Set<Column<float[]>> needs() {
    return Set.of();
  }

  /**
   * What it needs to know of each prompt before the prompt is first learned from; fills the
   * estimate's column.
   */
  default Optional<PromptEstimate> estimate() {
    return Optional.empty();
  }

  /** How {@link LossBatch#promptStates} are computed, when it needs them. */
  default Optional<PromptPooling> promptStates() {
    return Optional.empty();
  }

  /**
   * Whether it compares the responses of a group, so that micro-batches must hold whole groups. A
   * group that is larger than {@code micro_batch_tokens} then is a micro-batch of its own.
   */
  default boolean wholeGroups() {
    return false;
  }

  /**
   * Whether a response whose advantages are all zero has no gradient, so that it need not be
   * computed. It still counts in the totals.
   */
  default boolean ignoresZeroAdvantage() {
    return false;
  }

  /** Parameters of its own, trained with the policy. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** The learning rate of its parameters, when it is not the policy's. */
  default OptionalDouble learningRate() {
    return OptionalDouble.empty();
  }

  /** Called before each optimizer step, with a seed that depends on the step alone. */
  default void beginStep(long seed) {}

  /** Whether {@link #prepare} is to see each optimizer step's responses before they are learned. */
  default boolean prepares() {
    return false;
  }

  /**
   * Called after {@link #beginStep} with all of the optimizer step's responses at once; log π_θ is
   * the constant log π_old.
   */
  default void prepare(LossBatch step) {}

  @Override
  default void close() {}
}
