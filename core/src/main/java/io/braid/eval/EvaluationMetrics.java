package io.braid.eval;

import io.braid.Metric;
import io.braid.Metric.Unit;
import io.braid.rollout.ResponseMetrics;
import io.braid.verify.VerdictMetrics;
import java.util.List;
import java.util.stream.Stream;

/**
 * Metrics of evaluations. A metric whose name ends in {@code @k} uses k samples per problem, where
 * k is 1, 2, 4, … or the number of samples.
 */
public final class EvaluationMetrics {
  /** Accuracy of the first k samples. */
  public static final Metric AVG =
      Metric.declare(
          "avg@k",
          Unit.FRACTION,
          "mean over problems of the fraction of the first k responses that are correct");

  /** Probability that at least one of k samples is correct. */
  public static final Metric PASS =
      Metric.declare(
          "pass@k",
          Unit.FRACTION,
          "probability that at least one of k responses is correct: the unbiased estimate from all"
              + " of a problem's responses, averaged over problems");

  /** Accuracy of a majority vote. */
  public static final Metric MAJ =
      Metric.declare(
          "maj@k",
          Unit.FRACTION,
          "fraction of problems whose most frequent answer among the first k responses is correct;"
              + " absent for programs, which are all different");

  /** Number of distinct correct answers. */
  public static final Metric DISTINCT =
      Metric.declare(
          "distinct@k",
          Unit.COUNT,
          "mean number of different correct answers among the first k responses");

  /** Fraction of all solutions that were found. */
  public static final Metric COVERAGE =
      Metric.declare(
          "coverage@k",
          Unit.FRACTION,
          "mean fraction of a problem's solutions that the first k responses contain; absent if the"
              + " solutions cannot be enumerated");

  /** Number of problems. */
  public static final Metric PROBLEMS =
      Metric.declare("problems", Unit.COUNT, "number of problems that were asked");

  /** Returns the metrics for k samples. */
  public static final List<Metric> OF_SAMPLES = List.of(AVG, PASS, MAJ, DISTINCT, COVERAGE);

  private EvaluationMetrics() {}

  /** Returns whether a metric's values are fractions. */
  public static boolean isFraction(String name) {
    return Stream.concat(
            OF_SAMPLES.stream(),
            Stream.of(ResponseMetrics.TRUNCATED_FRAC, VerdictMetrics.UNKNOWN_FRAC))
        .filter(metric -> metric.unit() == Unit.FRACTION)
        .anyMatch(metric -> metric.covers(name));
  }
}
