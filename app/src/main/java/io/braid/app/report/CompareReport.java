package io.braid.app.report;

import io.braid.Metric;
import io.braid.eval.Interval;
import io.braid.experiment.ComparePlan;
import io.braid.experiment.CompareSpec;
import io.braid.experiment.ComparisonTable;
import io.braid.recipe.Overlay;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.train.TrainRecipe;
import io.braid.train.StepMetrics;
import io.braid.verify.VerdictMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Builds the page of a comparison: tables with intervals, the trade-off and curves. */
public final class CompareReport {
  /** Lowest number of points per curve, if the runs have that many steps. */
  private static final int POINTS = 20;

  private static final int WIDEST_WINDOW = 10;

  private CompareReport() {}

  public static Report of(ComparePlan plan, ComparisonTable table, Path out) {
    CompareSpec spec = plan.spec();
    int steps =
        plan.cells().stream()
            .flatMap(cell -> cell.recipe().stream())
            .mapToInt(TrainRecipe::steps)
            .max()
            .orElse(1);
    int window = Math.clamp(steps / POINTS, 1, WIDEST_WINDOW);
    List<String> notes = new ArrayList<>(new CompareText(table).notes());
    notes.add(
        "avg@k: fraction of correct answers among k samples. pass@k: fraction of problems with a correct answer among k samples, estimated without bias from %s samples. distinct@k: number of distinct correct answers among k samples. coverage@k: fraction of a problem's solutions found by k samples."
            .formatted(table.samples()));
    notes.add(
        "Curves are means over the seeds and over %s step%s."
            .formatted(window, window == 1 ? "" : "s"));
    return new Report(
        "Comparison",
        String.format(
            Locale.ROOT,
            "%d recipe%s with %d seed%s each, all from %s; every model evaluated on %,d problems"
                + " with %d samples per problem.",
            spec.recipes().size(),
            spec.recipes().size() == 1 ? "" : "s",
            spec.seeds().size(),
            spec.seeds().size() == 1 ? "" : "s",
            spec.base(),
            table.problems(),
            table.samples()),
        List.of(
            numbers(
                "Means with 95 % intervals",
                table.columns(),
                CompareText::head,
                CompareText::format,
                Table.Better.HIGHER,
                table.means()),
            numbers(
                "Paired differences from " + table.baseline() + "; bold if the interval excludes 0",
                table.columns(),
                CompareText::differenceHead,
                CompareText::differenceFormat,
                Table.Better.AWAY_FROM_ZERO,
                table.differences())),
        List.of(frontier(table)),
        List.of(),
        List.of(
            curves(plan, out, VerdictMetrics.ACCURACY, "Training accuracy", Format.PERCENT, window),
            curves(
                plan, out, StepMetrics.ENTROPY, "Entropy per token in nats", Format.NUMBER, window),
            curves(
                plan,
                out,
                ResponseMetrics.RESPONSE_LENGTH,
                "Tokens per response",
                Format.NUMBER,
                window)),
        List.of(),
        settings(spec),
        notes);
  }

  private static Table numbers(
      String caption,
      List<String> metrics,
      Function<String, String> head,
      Function<String, Format> format,
      Table.Better better,
      Map<String, Map<String, Interval>> rows) {
    return new Table(
        caption,
        metrics.stream()
            .map(metric ->
                new Table.Column(head.apply(metric), format.apply(metric), marks(metric, better)))
            .toList(),
        rows.entrySet().stream()
            .map(row ->
                Table.Row.of(row.getKey(), metrics.stream().map(row.getValue()::get).toList()))
            .toList());
  }

  /** Returns how a column is marked; for the length, neither direction is better. */
  private static Table.Better marks(String metric, Table.Better better) {
    return better == Table.Better.HIGHER && !metric.contains("@") ? Table.Better.NEITHER : better;
  }

  /** Plots the recipes' trade-off between two metrics. */
  public static Scatter frontier(ComparisonTable table) {
    String x = table.frontier().x();
    String y = table.frontier().y();
    List<Scatter.Point> points = new ArrayList<>();
    table
        .means()
        .forEach(
            (name, numbers) -> points.add(new Scatter.Point(name, of(numbers, x), of(numbers, y))));
    return new Scatter(
        "%s against %s, with 95 %% intervals and the Pareto frontier".formatted(y, x),
        new Scatter.Measure(x, CompareText.format(x)),
        new Scatter.Measure(y, CompareText.format(y)),
        points);
  }

  private static Interval of(Map<String, Interval> numbers, String metric) {
    return Optional.ofNullable(numbers.get(metric)).orElseThrow();
  }

  private static Chart curves(
      ComparePlan plan, Path out, Metric metric, String title, Format format, int window) {
    Map<String, List<Path>> runs = new LinkedHashMap<>();
    plan.cells().stream()
        .filter(cell -> cell.recipe().isPresent())
        .forEach(
            cell -> runs.computeIfAbsent(cell.name(), _ -> new ArrayList<>()).add(cell.in(out)));
    List<Chart.Series> series = new ArrayList<>();
    runs.forEach((name, directories) ->
        series.add(new Chart.Series(name, Curves.of(directories, metric, window))));
    return new Chart(title, "step", format, series);
  }

  private static Map<String, String> settings(CompareSpec spec) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("base", spec.base().toString());
    settings.put("seeds", spec.seeds().toString());
    settings.put("evaluation", spec.evaluation().source().data());
    settings.put("all recipes", overlays(spec.set()));
    spec.recipes()
        .forEach((name, variant) ->
            settings.put(name, variant.recipe() + "  " + overlays(variant.set())));
    return settings;
  }

  private static String overlays(List<Overlay> overlays) {
    return overlays.stream().map(Overlay::toString).collect(Collectors.joining("  "));
  }
}
