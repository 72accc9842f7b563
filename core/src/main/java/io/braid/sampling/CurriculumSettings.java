package io.braid.sampling;

import io.braid.Choices;

/**
 * A curriculum and its settings, as a recipe states them. Implementations are records whose
 * components are the recipe's settings.
 */
@Choices({FixedOrder.class, DynamicSampling.class})
public interface CurriculumSettings {
  /**
   * Creates the curriculum at its beginning.
   *
   * @param order a shuffled endless order of the problems, in which sources have their shares
   * @param problems how many there are
   * @param seed of what it draws
   */
  Curriculum create(Order order, int problems, long seed);
}
