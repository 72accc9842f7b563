package io.braid.app.report;

import io.braid.app.terminal.TextTable;
import io.braid.eval.Interval;
import io.braid.run.eval.EvaluationResult;
import io.braid.run.eval.EvaluationResults;
import java.util.List;
import java.util.Optional;

/** Formats the further scores of suites, such as those of categories, for the terminal. */
public final class ScoreTable {
  private ScoreTable() {}

  /** Returns the table, one row per score; empty if no suite has any. */
  public static Optional<String> of(EvaluationResults results) {
    if (results.suites().values().stream().allMatch(each -> each.scores().isEmpty())) {
      return Optional.empty();
    }
    TextTable table = new TextTable("suite", "score", "n", "%", "95 %");
    results.suites().forEach((name, result) -> add(table, name, result));
    return Optional.of(table.toString());
  }

  private static void add(TextTable table, String suite, EvaluationResult result) {
    result
        .scores()
        .forEach((name, values) -> {
          Interval interval = EvaluationResults.interval(values);
          table.row(
              List.of(
                  suite,
                  name,
                  Integer.toString(values.size()),
                  Format.PERCENT.bare(interval.mean()),
                  Format.PERCENT.bounds(interval)));
        });
  }
}
