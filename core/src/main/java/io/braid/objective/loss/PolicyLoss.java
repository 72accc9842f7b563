package io.braid.objective.loss;

import io.braid.nn.Parameter;
import java.util.List;
import java.util.OptionalDouble;

/** What the policy's log-probabilities are trained on. */
public sealed interface PolicyLoss extends AutoCloseable permits ClippedSurrogate, FlowRl {
  /** The batch's share of the step's loss. */
  LossValue of(LossBatch batch);

  /** Whether it needs {@link LossBatch#refLogProbs}. */
  boolean usesReference();

  /** Whether it needs {@link LossBatch#promptStates}. */
  boolean usesPromptStates();

  /**
   * Whether a response whose advantages are all zero moves nothing, so that it need not be
   * computed. It still counts in the totals.
   */
  boolean ignoresZeroAdvantage();

  /** What it learns beside the policy. */
  List<Parameter> parameters();

  /** The learning rate of what it learns beside the policy, when it is not the policy's. */
  default OptionalDouble learningRate() {
    return OptionalDouble.empty();
  }

  /** Called before each optimizer step, so that what it draws depends on the step alone. */
  default void beginStep(long seed) {}

  @Override
  default void close() {}
}
