package io.braid.sampling;

import io.braid.Choices;
import io.braid.trajectory.Column;
import java.util.Set;

/**
 * A curriculum and its settings, as a recipe states them. Implementations are records whose
 * components are the recipe's settings.
 */
@Choices({FixedOrder.class, DynamicSampling.class, PacedRl.class})
public interface CurriculumSettings {
  /**
   * Creates the curriculum at its beginning.
   *
   * @param order a shuffled endless order of the problems, in which sources have their shares
   * @param problems how many there are
   * @param seed of what it draws
   */
  Curriculum create(Order order, int problems, long seed);

  /** The columns that it reads of a finished table, which only some losses fill. */
  default Set<Column<double[]>> needs() {
    return Set.of();
  }

  /** Whether it adds responses of earlier steps, which older weights sampled. */
  default boolean replays() {
    return false;
  }

  /** Whether it needs advantages that are the rewards themselves. */
  default boolean needsRawRewards() {
    return false;
  }
}
