package io.braid.app.report;

import io.braid.app.terminal.TextTable;
import io.braid.eval.EvaluationMetrics;
import io.braid.eval.Interval;
import io.braid.eval.codeforces.CodeforcesRating;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.eval.Benchmark;
import io.braid.run.eval.EvaluationRecipe;
import io.braid.run.eval.EvaluationResult;
import io.braid.run.eval.EvaluationResults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Formats the main results of an evaluation for the terminal, one row per benchmark. */
public final class SuiteTable {
  private static final List<String> HEADS =
      List.of(
          "suite", "n", "k", "avg@k, %", "95 %", "pass@k, %", "maj@k, %", "truncated, %", "tokens");

  /** Columns shown if all solutions of the problems are known, as for Countdown. */
  private static final List<String> ENUMERABLE_HEADS = List.of("distinct@k", "coverage@k, %");

  private final EvaluationResults results;

  public SuiteTable(EvaluationResults results) {
    this.results = results;
  }

  /**
   * Returns a line that says how a benchmark is run and, if there is a warning, a second line with
   * it.
   */
  public static List<String> announcement(Benchmark benchmark) {
    EvaluationRecipe recipe = benchmark.recipe();
    String sampling =
        recipe.temperature() == 0
            ? "greedy"
            : "temperature %s, top-p %s".formatted(recipe.temperature(), recipe.topP());
    String asked =
        "%s: %s problems of %s, prompt %s, %s %s each, %s"
            .formatted(
                benchmark.name(),
                benchmark.problems().size(),
                recipe.source().data(),
                recipe.prompts().prompt(),
                recipe.samples(),
                recipe.samples() == 1 ? "sample" : "samples",
                sampling);
    Optional<String> warning =
        benchmark
            .suite()
            .filter(_ -> recipe.problems().isEmpty())
            .flatMap(suite -> suite.warning(Path.of(recipe.source().data()), benchmark.problems()));
    return Stream.concat(Stream.of(asked), warning.stream()).toList();
  }

  /** Returns a line with a Codeforces rating. */
  public static String line(CodeforcesRating rating) {
    String below =
        rating.percentile().isPresent()
            ? String.format(
                Locale.ROOT, ", above %.1f %% of users", 100 * rating.percentile().getAsDouble())
            : " (no percentile, since no rating histogram is beside the suite's file)";
    return String.format(
        Locale.ROOT,
        "rating %.0f%s, from %d %s",
        rating.rating(),
        below,
        rating.of(),
        switch (rating.method()) {
          case CONTESTS -> "contests";
          case PROBLEMS -> "rated problems";
        });
  }

  @Override
  public String toString() {
    boolean enumerable =
        results.suites().values().stream().anyMatch(SuiteTable::hasEnumerableSolutions);
    List<String> heads = new ArrayList<>(HEADS);
    if (enumerable) {
      heads.addAll(ENUMERABLE_HEADS);
    }
    TextTable table = new TextTable(heads.toArray(String[]::new));
    results
        .suites()
        .forEach((name, result) -> {
          List<String> row = new ArrayList<>(row(name, result));
          if (enumerable) {
            int k = EvaluationResults.samples(result);
            row.add(Format.NUMBER.bare(result.mean("distinct@" + k)));
            row.add(Format.PERCENT.bare(result.mean("coverage@" + k)));
          }
          table.row(row);
        });
    return table.toString();
  }

  private static boolean hasEnumerableSolutions(EvaluationResult result) {
    return result
        .values()
        .containsKey(EvaluationMetrics.COVERAGE.at(EvaluationResults.samples(result)).name());
  }

  private static List<String> row(String name, EvaluationResult result) {
    int k = EvaluationResults.samples(result);
    Interval accuracy = EvaluationResults.interval(result, EvaluationMetrics.AVG.at(k).name());
    return List.of(
        name,
        Integer.toString(result.problems().size()),
        Integer.toString(k),
        Format.PERCENT.bare(accuracy.mean()),
        Format.PERCENT.bounds(accuracy),
        Format.PERCENT.bare(result.mean(EvaluationMetrics.PASS.at(k).name())),
        Format.PERCENT.bare(result.mean(EvaluationMetrics.MAJ.at(k).name())),
        Format.PERCENT.bare(result.mean(ResponseMetrics.TRUNCATED_FRAC.name())),
        Format.NUMBER.bare(result.mean(ResponseMetrics.RESPONSE_LENGTH.name())));
  }
}
