package io.braid.eval.suite.vision;

import io.braid.task.Problem;
import java.util.List;
import java.util.Optional;

/**
 * A problem of a benchmark with images.
 *
 * @param problem the problem as it is asked
 * @param gold its right answer
 * @param categories what it belongs to, each as {@code axis: value}
 * @param step its place in a composition of We-Math
 */
record VisionItem(Problem problem, Gold gold, List<String> categories, Optional<Step> step) {
  /** Copies the list. */
  VisionItem {
    categories = List.copyOf(categories);
  }

  /**
   * A problem's place in a composition of We-Math: a problem of several steps, and a problem for
   * each step.
   *
   * @param composition the composition's id
   * @param steps number of its steps: 2 or 3
   * @param number the step, from 1; 0 for the whole problem
   */
  record Step(String composition, int steps, int number) {}

  VisionItem showing(Problem other) {
    return new VisionItem(other, gold, categories, step);
  }
}
