package io.braid.objective.loss;

/** Which loss, and its settings, as a recipe states them. */
public sealed interface LossSettings permits SurrogateLoss, Flowrl {
  /**
   * Makes the loss, with fresh parameters where it has any.
   *
   * @param hiddenSize width of the policy's hidden states
   * @param seed of the parameters
   */
  PolicyLoss create(int hiddenSize, long seed);

  /** Whether {@link LossBatch#correction} may differ between the tokens of a response. */
  boolean takesTokenCorrection();
}
