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
 * What came of a comparison, in numbers.
 *
 * @param baseline what the differences are against
 * @param seeds of each row
 * @param problems that each model was asked
 * @param samples of each problem
 * @param columns the metrics to show
 * @param frontier two metrics between which recipes trade
 * @param means by row, then by metric
 * @param differences paired with the baseline, by row without it, then by metric
 * @param bySeed by row, then by metric: one mean a seed
 * @param trainingSeconds by row: the mean over seeds
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

  /** Draws of the intervals' bootstrap; part of the numbers, so not the user's to vary. */
  private static final long BOOTSTRAP_SEED = 0;

  /**
   * Gathers the numbers of a comparison that is done.
   *
   * @param results by row, one a seed
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

  /** Refuses metrics that cannot be counted, as soon as one model is measured. */
  static void check(CompareSpec spec, EvaluationResult measured) {
    columns(spec, measured);
    frontier(spec, measured);
  }

  private static Map<String, Interval> under(Map<String, Map<String, Interval>> rows, String row) {
    return rows.computeIfAbsent(row, _ -> new LinkedHashMap<>());
  }

  /** By seed, then by problem; problems that have no such number are left out. */
  private static double[][] values(List<EvaluationResult> seeds, String metric) {
    return seeds.stream()
        .map(seed ->
            seed.values().getOrDefault(metric, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray())
        .toArray(double[][]::new);
  }

  /** Pairs are pairs only of the same problems. */
  private static void refuseOtherProblems(
      EvaluationResult first, Map<String, List<EvaluationResult>> results) {
    results.forEach((row, seeds) ->
        seeds.forEach(seed -> {
          if (!seed.problems().equals(first.problems())) {
            throw new UserError(
                "%s/seed-%d/evaluation.json: holds other problems than base's; delete the evaluation.json files and add --resume to measure again"
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

  /** At as many samples as there are; pass at half of them, where its estimate is a better one. */
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
          "%s: no '%s' for these problems: not all their solutions can be enumerated; leave it out"
              .formatted(key, name));
    }
  }
}
