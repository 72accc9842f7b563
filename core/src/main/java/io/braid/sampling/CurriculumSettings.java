package io.braid.sampling;

import io.braid.Choices;
import io.braid.trajectory.Column;
import java.util.Set;

/**
 * The settings of a curriculum, a recipe's {@code curriculum}. Implementations are records whose
 * components are the recipe's settings.
 */
@Choices({FixedOrder.class, DynamicSampling.class, PacedRl.class})
public interface CurriculumSettings {
  /**
   * Creates the curriculum in its initial state.
   *
   * @param order a shuffled endless order of the problems, which mixes the sources in their
   *     proportions
   * @param problems number of problems
   * @param seed seed of the curriculum's random choices
   */
  Curriculum create(Order order, int problems, long seed);

  /**
   * Returns the columns of the finished table that the curriculum needs and that only some losses
   * fill.
   */
  default Set<Column<double[]>> needs() {
    return Set.of();
  }

  /**
   * Returns whether the curriculum adds responses of earlier steps, which older weights sampled.
   */
  default boolean replays() {
    return false;
  }

  /** Returns whether the curriculum needs advantages that equal the rewards. */
  default boolean needsRawRewards() {
    return false;
  }
}
