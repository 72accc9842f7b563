package io.braid.objective.loss;

import io.braid.Choices;
import io.braid.trajectory.Column;
import java.util.Set;

/**
 * The settings of a loss, a recipe's {@code loss}. Implementations are records whose components are
 * the recipe's settings.
 */
@Choices({Cispo.class, Flowrl.class, Gspo.class, PpoClip.class})
public interface LossSettings {
  /**
   * Creates the loss; its parameters, if it has any, are newly initialised.
   *
   * @param hiddenSize width of the policy's hidden states
   * @param seed seed of the parameters' initialisation
   */
  PolicyLoss create(int hiddenSize, long seed);

  /** Returns whether {@link LossBatch#correction} may differ between the tokens of a response. */
  default boolean takesTokenCorrection() {
    return true;
  }

  /**
   * Returns whether the loss needs advantages that equal the rewards, so that they depend neither
   * on other responses nor on the policy.
   */
  default boolean needsRawRewards() {
    return false;
  }

  /** Returns the columns that {@link LossValue#rows} of this loss fill. */
  default Set<Column<double[]>> fills() {
    return Set.of();
  }
}
