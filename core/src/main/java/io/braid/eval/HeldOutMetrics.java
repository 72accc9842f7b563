package io.braid.eval;

import io.braid.Metric;
import io.braid.Metric.Unit;
import io.braid.rollout.ResponseMetrics;
import io.braid.verify.VerdictMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Metrics of the evaluations during a training run. With several suites, each also has its own,
 * such as {@code eval_aime24_avg@4}.
 */
public final class HeldOutMetrics {
  private static final String EACH =
      ", in the evaluation after this step (`evaluation` in the recipe). With several suites the"
          + " mean over them, if all have it, and `eval_SUITE_…` for each";

  /** Accuracy. */
  public static final Metric AVG =
      Metric.declare("eval_avg@k", Unit.FRACTION, "`avg@k` on the held-out problems" + EACH);

  /** Probability that at least one of k samples is correct. */
  public static final Metric PASS =
      Metric.declare("eval_pass@k", Unit.FRACTION, "`pass@k` of the same evaluation");

  /** Accuracy of a majority vote. */
  public static final Metric MAJ =
      Metric.declare("eval_maj@k", Unit.FRACTION, "`maj@k` of the same evaluation");

  /** Number of distinct correct answers. */
  public static final Metric DISTINCT =
      Metric.declare("eval_distinct@k", Unit.COUNT, "`distinct@k` of the same evaluation");

  /** Fraction of all solutions that were found. */
  public static final Metric COVERAGE =
      Metric.declare("eval_coverage@k", Unit.FRACTION, "`coverage@k` of the same evaluation");

  /** Length of the responses. */
  public static final Metric RESPONSE_LENGTH =
      Metric.declare(
          "eval_response_length", Unit.TOKENS, "`response_length` of the same evaluation");

  /** Fraction of responses that were cut off. */
  public static final Metric TRUNCATED_FRAC =
      Metric.declare(
          "eval_truncated_frac", Unit.FRACTION, "`truncated_frac` of the same evaluation");

  /** Fraction of responses that could not be judged. */
  public static final Metric UNKNOWN_FRAC =
      Metric.declare("eval_unknown_frac", Unit.FRACTION, "`unknown_frac` of the same evaluation");

  /** Time of the evaluation. */
  public static final Metric SECONDS =
      Metric.declare(
          "eval_seconds",
          Unit.SECONDS,
          "time of the evaluation after this step, which `step_seconds` does not include");

  private static final Map<Metric, Metric> OF = of();

  private HeldOutMetrics() {}

  private static Map<Metric, Metric> of() {
    Map<Metric, Metric> of = new LinkedHashMap<>();
    of.put(EvaluationMetrics.AVG, AVG);
    of.put(EvaluationMetrics.PASS, PASS);
    of.put(EvaluationMetrics.MAJ, MAJ);
    of.put(EvaluationMetrics.DISTINCT, DISTINCT);
    of.put(EvaluationMetrics.COVERAGE, COVERAGE);
    of.put(ResponseMetrics.RESPONSE_LENGTH, RESPONSE_LENGTH);
    of.put(ResponseMetrics.TRUNCATED_FRAC, TRUNCATED_FRAC);
    of.put(VerdictMetrics.UNKNOWN_FRAC, UNKNOWN_FRAC);
    return of;
  }

  /**
   * Returns the metric of a run for a metric of an evaluation.
   *
   * @param name the evaluation's metric, such as {@code avg@4}
   * @return such as {@code eval_avg@4}; empty if a run does not report it
   */
  public static Optional<Metric> of(String name) {
    return OF.entrySet().stream()
        .filter(entry -> entry.getKey().covers(name))
        .map(Map.Entry::getValue)
        .map(metric ->
            name.contains("@")
                ? metric.at(Integer.parseInt(name.substring(name.indexOf('@') + 1)))
                : metric)
        .findFirst();
  }
}
