package io.braid.app.report;

import io.braid.Metric;
import io.braid.eval.Evaluation;
import io.braid.eval.EvaluationMetrics;
import io.braid.eval.Outcome;
import io.braid.eval.Reply;
import io.braid.image.ImageLimits;
import io.braid.task.Problem;
import io.braid.train.StepMetrics;
import io.braid.verify.VerdictMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the quickstart's page: the comparison, the curves and the models' answers. */
public final class QuickstartReport {
  /** Runs that start from the base model, in order; each has a recipe with the same name. */
  public static final List<String> RUNS = List.of("grpo", "flowrl", "rlfr", "flowrl-rlfr");

  private static final List<Table.Column> COLUMNS =
      List.of(
          column(EvaluationMetrics.AVG.at(8), Format.PERCENT),
          column(EvaluationMetrics.PASS.at(8), Format.PERCENT),
          column(EvaluationMetrics.DISTINCT.at(16), Format.NUMBER),
          column(EvaluationMetrics.COVERAGE.at(16), Format.PERCENT));

  private static final int SHOWN_PROBLEMS = 8;

  /** Number of steps averaged per point of a curve, since individual steps are noisy. */
  private static final int WINDOW = 10;

  private QuickstartReport() {}

  private static Table.Column column(Metric metric, Format format) {
    return new Table.Column(metric.name(), format, Table.Better.HIGHER);
  }

  /**
   * What the page says about the task.
   *
   * @param story what the model learns and how
   * @param solutions what counts as a solution
   */
  public record Words(String story, String solutions) {}

  /**
   * Builds the page.
   *
   * @param out directory of the quickstart's runs
   * @param reports evaluation of each model, by name
   */
  public static Report of(
      Words words, Path out, long seed, Map<String, Evaluation.Report> reports) {
    List<Table.Row> rows = new ArrayList<>();
    reports.forEach((name, report) ->
        rows.add(
            new Table.Row(
                name, COLUMNS.stream().map(column -> report.metric(column.name())).toList())));
    return new Report(
        "Braid quickstart",
        words.story(),
        List.of(new Table("400 held-out problems, 16 samples each", COLUMNS, rows)),
        List.of(),
        List.of(),
        List.of(
            accuracy(out),
            curves(out, StepMetrics.ENTROPY, "Entropy per token in nats", Format.NUMBER)),
        solutions(reports),
        Map.of("seed", Long.toString(seed), "recipes", out.resolve("recipes").toString()),
        List.of(
            "One seed. " + words.solutions(),
            "avg@8: fraction of correct answers among 8 samples. pass@8: fraction of problems with"
                + " a correct answer among 8 samples, estimated from 16. distinct@16: number of"
                + " distinct correct solutions among 16 samples. coverage@16: fraction of a"
                + " problem's solutions found by 16 samples.",
            "Curves are means over " + WINDOW + " steps."));
  }

  public static Chart accuracy(Path out) {
    return curves(out, VerdictMetrics.ACCURACY, "Training accuracy", Format.PERCENT);
  }

  private static Chart curves(Path out, Metric metric, String title, Format format) {
    List<Chart.Series> series = new ArrayList<>();
    for (String run : RUNS) {
      series.add(new Chart.Series(run, Curves.of(List.of(out.resolve(run)), metric, WINDOW)));
    }
    return new Chart(title, "step", format, series);
  }

  private static List<Solutions> solutions(Map<String, Evaluation.Report> reports) {
    List<Solutions> all = new ArrayList<>();
    int problems = reports.values().iterator().next().outcomes().size();
    for (int p = 0; p < Math.min(SHOWN_PROBLEMS, problems); p++) {
      List<Solutions.Model> models = new ArrayList<>();
      Problem problem = reports.values().iterator().next().outcomes().get(p).problem();
      for (Map.Entry<String, Evaluation.Report> report : reports.entrySet()) {
        Outcome outcome = report.getValue().outcomes().get(p);
        models.add(new Solutions.Model(report.getKey(), answers(outcome)));
      }
      all.add(new Solutions(problem.question(), pictures(problem), models));
    }
    return all;
  }

  /** Returns the problem's images as data URLs. */
  private static List<String> pictures(Problem problem) {
    return problem.images().stream()
        .map(each -> each.encoded(ImageLimits.STANDARD).dataUrl())
        .toList();
  }

  private static List<Solutions.Answer> answers(Outcome outcome) {
    Map<String, Integer> times = new LinkedHashMap<>();
    Map<String, Boolean> correct = new LinkedHashMap<>();
    for (int s = 0; s < outcome.replies().size(); s++) {
      Reply response = outcome.replies().get(s);
      times.merge(response.text(), 1, Integer::sum);
      correct.put(response.text(), outcome.verdicts().get(s).correct());
    }
    return times.entrySet().stream()
        .map(entry ->
            new Solutions.Answer(
                entry.getKey(), correct.getOrDefault(entry.getKey(), false), entry.getValue()))
        .sorted((a, b) ->
            a.correct() == b.correct()
                ? Integer.compare(b.times(), a.times())
                : Boolean.compare(b.correct(), a.correct()))
        .toList();
  }
}
