package io.braid.app.report;

import io.braid.run.MetricsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The evaluations of a training run on held-out problems, as a table and a chart. */
final class HeldOutCurves {
  /** Such as {@code eval_avg@4}, or {@code eval_aime24_avg@4} where there are several suites. */
  private static final Pattern NAME = Pattern.compile("eval_(?:(.+)_)?(avg|pass|maj)@(\\d+)");

  private static final List<String> KINDS = List.of("avg", "pass", "maj");
  private static final int ROWS = 12;

  private final List<MetricsFile.Line> evaluations;
  private final List<String> names; // of the shown metrics

  /** Finds the evaluations among the lines of a run. */
  HeldOutCurves(List<MetricsFile.Line> lines) {
    this.evaluations = lines.stream().filter(HeldOutCurves::isEvaluation).toList();
    this.names = names(evaluations);
  }

  private static boolean isEvaluation(MetricsFile.Line line) {
    return line.values().propertyStream().anyMatch(each -> NAME.matcher(each.getKey()).matches());
  }

  /**
   * Returns the metrics to show, each with as many samples as there are: avg, pass and maj of the
   * only set of problems, or avg of each suite and of their mean.
   */
  private static List<String> names(List<MetricsFile.Line> evaluations) {
    Map<String, Map<String, Integer>> samples = new TreeMap<>(); // of each suite and kind
    for (MetricsFile.Line line : evaluations) {
      line.values()
          .propertyStream()
          .map(each -> NAME.matcher(each.getKey()))
          .filter(Matcher::matches)
          .forEach(name -> {
            String prefix = name.group(1) == null ? "eval_" : "eval_" + name.group(1) + "_";
            samples
                .computeIfAbsent(prefix, _ -> new TreeMap<>())
                .merge(name.group(2), Integer.parseInt(name.group(3)), Math::max);
          });
    }
    List<String> names = new ArrayList<>();
    samples.forEach((prefix, kinds) ->
        (samples.size() > 1 ? Stream.of("avg") : KINDS.stream())
            .forEach(kind -> {
              int most = kinds.getOrDefault(kind, 0);
              if (most > 1 || most == 1 && kind.equals("avg")) {
                names.add(prefix + kind + "@" + most);
              }
            }));
    return names;
  }

  /** Returns the curves; none if the run was not evaluated. */
  Stream<Chart> chart() {
    return names.isEmpty()
        ? Stream.of()
        : Stream.of(
            new Chart(
                "Accuracy on held-out problems",
                "step",
                Format.PERCENT,
                names.stream()
                    .map(name ->
                        new Chart.Series(
                            name,
                            evaluations.stream()
                                .map(line -> new Chart.Point(line.step(), value(line, name)))
                                .toList()))
                    .toList()));
  }

  /** Returns the evaluations, or some of them at equal distances; none if there are none. */
  Stream<Table> table() {
    if (names.isEmpty()) {
      return Stream.of();
    }
    TreeSet<Integer> shown = new TreeSet<>();
    int last = evaluations.size() - 1;
    for (int i = 0; i < ROWS; i++) {
      shown.add((int) ((long) i * last / (ROWS - 1)));
    }
    return Stream.of(
        new Table(
            "Held-out problems",
            names.stream()
                .map(name -> new Table.Column(name, Format.PERCENT, Table.Better.HIGHER))
                .toList(),
            shown.stream()
                .map(evaluations::get)
                .map(line ->
                    new Table.Row(
                        line.step() == 0 ? "before the first step" : "after step " + line.step(),
                        names.stream().map(name -> value(line, name)).toList()))
                .toList()));
  }

  private static double value(MetricsFile.Line line, String name) {
    return line.values().path(name).asDouble(Double.NaN);
  }
}
