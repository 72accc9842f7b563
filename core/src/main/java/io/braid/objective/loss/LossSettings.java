package io.braid.objective.loss;

import io.braid.Choices;

/**
 * A loss and its settings, as a recipe states them. Implementations are records whose components
 * are the recipe's settings.
 */
@Choices({Cispo.class, Flowrl.class, Gspo.class, PpoClip.class})
public interface LossSettings {
  /**
   * Creates the loss, with fresh parameters where it has any.
   *
   * @param hiddenSize width of the policy's hidden states
   * @param seed of the parameters' initialisation
   */
  PolicyLoss create(int hiddenSize, long seed);

  /** Whether {@link LossBatch#correction} may differ between the tokens of a response. */
  default boolean takesTokenCorrection() {
    return true;
  }
}
