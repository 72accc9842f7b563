package io.braid.objective.loss;

import io.braid.Choices;
import io.braid.trajectory.Column;
import java.util.Set;

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

  /**
   * Whether it needs advantages that are the rewards themselves, which no other response and no
   * state of the policy changes.
   */
  default boolean needsRawRewards() {
    return false;
  }

  /** The columns that its {@link LossValue#rows} fill. */
  default Set<Column<double[]>> fills() {
    return Set.of();
  }
}
