package io.braid.run.eval;

import io.braid.eval.Bootstrap;
import io.braid.eval.Interval;
import java.util.ArrayList;
import java.util.List;

/**
 * A comparison of one of a suite's further scores, such as a category's, in two evaluations.
 *
 * @param name name of the score
 * @param size number of the problems or compositions that it is the mean of
 * @param first its mean in the first evaluation
 * @param second its mean in the second evaluation
 * @param difference mean paired difference, second minus first
 */
public record ScoreComparison(
    String name, int size, double first, double second, Interval difference) {
  /** Compares all scores; none unless both evaluations have the same problems in the same order. */
  static List<ScoreComparison> of(EvaluationResult first, EvaluationResult second, long seed) {
    List<ScoreComparison> all = new ArrayList<>();
    if (!first.problems().equals(second.problems())) {
      return all;
    }
    first
        .scores()
        .forEach((name, values) -> {
          List<Double> others = second.scores().getOrDefault(name, List.of());
          if (others.size() == values.size()) {
            Interval difference =
                new Bootstrap(seed)
                    .difference(new double[][] {array(others)}, new double[][] {array(values)});
            all.add(
                new ScoreComparison(name, values.size(), mean(values), mean(others), difference));
          }
        });
    return all;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
