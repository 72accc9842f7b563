package io.braid.experiment;

import io.braid.Metric;
import io.braid.UserError;
import io.braid.eval.Bootstrap;
import io.braid.eval.Evaluation;
import io.braid.eval.EvaluationMetrics;
import io.braid.eval.Interval;
import io.braid.run.eval.EvaluationResult;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The numerical results of a comparison.
 *
 * @param baseline row relative to which the differences are computed
 * @param seeds seeds of each row
 * @param problems number of problems on which each model was evaluated
 * @param samples number of samples per problem
 * @param columns metrics shown as columns
 * @param frontier two metrics that recipes trade off against each other
 * @param means means, by row, then by metric
 * @param differences paired differences from the baseline, by row (without the baseline), then by
 *     metric
 * @param bySeed one mean per seed, by row, then by metric
 * @param trainingSeconds training time in seconds by row, averaged over seeds
 */
public record ComparisonTable(
    String baseline,
    List<Long> seeds,
    int problems,
    int samples,
    List<String> columns,
    CompareSpec.Frontier frontier,
    Map<String, Map<String, Interval>> means,
    Map<String, Map<String, Interval>> differences,
    Map<String, Map<String, List<Double>>> bySeed,
    Map<String, Double> trainingSeconds) {

  /** Seed of the bootstrap, fixed so that the intervals are reproducible. */
  private static final long BOOTSTRAP_SEED = 0;

  /**
   * Computes the results of a finished comparison.
   *
   * @param results results by row, one per seed
   */
  public static ComparisonTable of(CompareSpec spec, Map<String, List<EvaluationResult>> results) {
    EvaluationResult first = results.values().iterator().next().getFirst();
    refuseOtherProblems(first, results);
    List<String> columns = columns(spec, first);
    CompareSpec.Frontier frontier = frontier(spec, first);
    Set<String> metrics = new LinkedHashSet<>(columns);
    metrics.addAll(List.of(frontier.x(), frontier.y()));
    Bootstrap bootstrap = new Bootstrap(BOOTSTRAP_SEED);

    Map<String, Map<String, Interval>> means = new LinkedHashMap<>();
    Map<String, Map<String, Interval>> differences = new LinkedHashMap<>();
    Map<String, Map<String, List<Double>>> bySeed = new LinkedHashMap<>();
    Map<String, Double> seconds = new LinkedHashMap<>();
    List<EvaluationResult> baseline = results.getOrDefault(spec.comparedWith(), List.of());
    results.forEach((row, seeds) -> {
      for (String metric : metrics) {
        double[][] values = values(seeds, metric);
        under(means, row).put(metric, bootstrap.mean(values));
        bySeed
            .computeIfAbsent(row, _ -> new LinkedHashMap<>())
            .put(metric, seeds.stream().map(seed -> seed.mean(metric)).toList());
        if (!row.equals(spec.comparedWith())) {
          under(differences, row)
              .put(metric, bootstrap.difference(values, values(baseline, metric)));
        }
      }
      seconds.put(
          row,
          seeds.stream().mapToDouble(EvaluationResult::trainingSeconds).average().orElseThrow());
    });
    return new ComparisonTable(
        spec.comparedWith(),
        spec.seeds(),
        first.problems().size(),
        spec.evaluation().samples(),
        columns,
        frontier,
        means,
        differences,
        bySeed,
        seconds);
  }

  /**
   * Rejects metrics that do not exist for these problems, once the first model has been evaluated.
   */
  static void check(CompareSpec spec, EvaluationResult measured) {
    columns(spec, measured);
    frontier(spec, measured);
  }

  private static Map<String, Interval> under(Map<String, Map<String, Interval>> rows, String row) {
    return rows.computeIfAbsent(row, _ -> new LinkedHashMap<>());
  }

  /** Returns values by seed, then by problem, without problems that lack the metric. */
  private static double[][] values(List<EvaluationResult> seeds, String metric) {
    return seeds.stream()
        .map(seed ->
            seed.values().getOrDefault(metric, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray())
        .toArray(double[][]::new);
  }

  /** Rejects results on different problems, which cannot be paired. */
  private static void refuseOtherProblems(
      EvaluationResult first, Map<String, List<EvaluationResult>> results) {
    results.forEach((row, seeds) ->
        seeds.forEach(seed -> {
          if (!seed.problems().equals(first.problems())) {
            throw new UserError(
                "%s/seed-%d/evaluation.json: has other problems than the base's; delete the evaluation.json files and add --resume to evaluate again"
                    .formatted(row, seed.seed()));
          }
        }));
  }

  private static List<String> columns(CompareSpec spec, EvaluationResult measured) {
    spec.metrics().ifPresent(names -> names.forEach(name -> counted("metrics", name, measured)));
    return spec.metrics().orElseGet(() -> countedAtMost(spec, measured));
  }

  private static CompareSpec.Frontier frontier(CompareSpec spec, EvaluationResult measured) {
    Optional<CompareSpec.Frontier> given = spec.frontier();
    given.ifPresent(axes -> counted("frontier.x", axes.x(), measured));
    given.ifPresent(axes -> counted("frontier.y", axes.y(), measured));
    List<String> usual = countedAtMost(spec, measured);
    return given.orElseGet(() -> new CompareSpec.Frontier(usual.getLast(), usual.getFirst()));
  }

  /**
   * Returns the metrics at the largest k; pass@k is taken at half of it, where its estimate is
   * better.
   */
  private static List<String> countedAtMost(CompareSpec spec, EvaluationResult measured) {
    int samples = spec.evaluation().samples();
    int half = Evaluation.sizes(samples).reversed().stream().skip(1).findFirst().orElse(samples);
    return Stream.of(
            EvaluationMetrics.AVG.at(samples),
            EvaluationMetrics.PASS.at(half),
            EvaluationMetrics.DISTINCT.at(samples),
            EvaluationMetrics.COVERAGE.at(samples))
        .map(Metric::name)
        .filter(measured.values()::containsKey)
        .toList();
  }

  private static void counted(String key, String name, EvaluationResult measured) {
    if (!measured.values().containsKey(name)) {
      throw new UserError(
          "%s: '%s' does not exist for these problems, whose solutions cannot all be enumerated; remove it"
              .formatted(key, name));
    }
  }
}
