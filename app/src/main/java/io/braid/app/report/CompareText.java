package io.braid.app.report;

import io.braid.app.terminal.TextTable;
import io.braid.eval.Bootstrap;
import io.braid.eval.EvaluationMetrics;
import io.braid.eval.Interval;
import io.braid.experiment.ComparisonTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Formats a comparison's results for the terminal, as Markdown and as JSON. */
public final class CompareText {
  private final ComparisonTable table;

  public CompareText(ComparisonTable table) {
    this.table = table;
  }

  /** Returns the format for a metric; fractions are shown as percentages. */
  static Format format(String metric) {
    return EvaluationMetrics.isFraction(metric) ? Format.PERCENT : Format.NUMBER;
  }

  /** Returns the format for differences in a metric. */
  static Format differenceFormat(String metric) {
    return EvaluationMetrics.isFraction(metric) ? Format.POINTS : Format.CHANGE;
  }

  /** Returns a column head: the metric with its unit. */
  static String head(String metric) {
    return EvaluationMetrics.isFraction(metric) ? metric + ", %" : metric;
  }

  /** Returns a column head: the metric with the unit of its differences. */
  static String differenceHead(String metric) {
    return EvaluationMetrics.isFraction(metric) ? metric + ", points" : metric;
  }

  /** Returns the table of means for the terminal. */
  public String means() {
    TextTable text =
        new TextTable(heads("", table.columns().stream().map(CompareText::head).toList()));
    table
        .means()
        .forEach((name, numbers) ->
            text.row(
                row(name, numbers, Cells.MEANS, seconds(name)).stream()
                    .map(CompareText::plain)
                    .toList()));
    return text.toString();
  }

  /** Returns the table of differences for the terminal; a star marks intervals that exclude 0. */
  public String differences() {
    TextTable text = new TextTable(heads("minus " + table.baseline(), differenceHeads()));
    table
        .differences()
        .forEach((name, numbers) ->
            text.row(
                row(name, numbers, Cells.STARRED, List.of()).stream()
                    .map(CompareText::plain)
                    .toList()));
    return text.toString();
  }

  /** Returns notes on the meaning of the intervals. */
  public List<String> notes() {
    int seeds = table.seeds().size();
    List<String> notes = new ArrayList<>();
    notes.add(
        seeds == 1
            ? String.format(
                Locale.ROOT,
                "Brackets: 95 %% intervals, from %,d bootstrap resamples of the %,d problems. One"
                    + " seed: they do not cover the variation between seeds.",
                Bootstrap.RESAMPLES,
                table.problems())
            : String.format(
                Locale.ROOT,
                "Brackets: 95 %% intervals, from %,d bootstrap resamples of the %d seeds (each"
                    + " trains and samples) and the %,d problems.",
                Bootstrap.RESAMPLES,
                seeds,
                table.problems()));
    if (seeds > 1 && seeds < 10) {
      notes.add(
          "With so few seeds the intervals are somewhat too narrow if runs differ much from seed"
              + " to seed.");
    }
    notes.add(
        "Differences are paired by problem and seed. Those whose interval excludes 0 are"
            + " highlighted: by a star in the terminal, in bold in files. Each interval is for one"
            + " comparison: of twenty comparisons without a true difference, about one excludes 0"
            + " by chance.");
    return notes;
  }

  /** Returns both tables as Markdown. */
  public String markdown() {
    StringBuilder out = new StringBuilder();
    List<String> heads = table.columns().stream().map(CompareText::head).toList();
    out.append(
        String.format(
            Locale.ROOT,
            "%,d problems, %d samples each; %s.\n\n",
            table.problems(),
            table.samples(),
            (table.seeds().size() == 1 ? "seed " : "seeds ")
                + String.join(", ", table.seeds().stream().map(Object::toString).toList())));
    List<String> all = new ArrayList<>(heads);
    all.add("training seconds");
    markdownHead(out, "", all);
    table
        .means()
        .forEach(
            (name, numbers) -> markdownRow(out, row(name, numbers, Cells.MEANS, seconds(name))));
    out.append("\nMinus %s, paired:\n\n".formatted(table.baseline()));
    markdownHead(out, "", differenceHeads());
    table
        .differences()
        .forEach((name, numbers) -> markdownRow(out, row(name, numbers, Cells.BOLD, List.of())));
    notes().forEach(note -> out.append('\n').append(note).append('\n'));
    return out.toString();
  }

  private static void markdownHead(StringBuilder out, String first, List<String> heads) {
    List<String> cells = new ArrayList<>(List.of(first));
    cells.addAll(heads);
    markdownRow(out, cells);
    out.append("| --- |").repeat(" ---: |", heads.size()).append('\n');
  }

  private static void markdownRow(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private List<String> differenceHeads() {
    return table.columns().stream().map(CompareText::differenceHead).toList();
  }

  private enum Cells {
    MEANS,
    STARRED,
    BOLD
  }

  private List<String> row(
      String name, Map<String, Interval> numbers, Cells cells, List<String> last) {
    List<String> row = new ArrayList<>(List.of(name));
    for (String metric : table.columns()) {
      Interval interval = numbers.get(metric);
      if (interval == null) {
        throw new IllegalStateException(name + " has no metric " + metric);
      }
      row.add(cell(metric, interval, cells));
    }
    row.addAll(last);
    return row;
  }

  private static String cell(String metric, Interval interval, Cells cells) {
    Format format = cells == Cells.MEANS ? format(metric) : differenceFormat(metric);
    String text = format.bare(interval.mean()) + " " + format.bounds(interval);
    return switch (cells) {
      case MEANS -> text;
      case STARRED -> text + (interval.excludesZero() ? " *" : "  ");
      case BOLD -> interval.excludesZero() ? "**" + text + "**" : text;
    };
  }

  private List<String> seconds(String name) {
    double seconds = table.trainingSeconds().getOrDefault(name, 0.0);
    return List.of(seconds == 0 ? "" : String.format(Locale.ROOT, "%.0f", seconds));
  }

  private static String[] heads(String first, List<String> metrics) {
    List<String> heads = new ArrayList<>(List.of(first));
    heads.addAll(metrics);
    if (first.isEmpty()) {
      heads.add("seconds");
    }
    return heads.toArray(String[]::new);
  }

  /** Replaces the minus sign U+2212, which some terminals cannot show. */
  private static String plain(String text) {
    return text.replace('\u2212', '-');
  }

  /**
   * Returns all results as JSON. It is the same whether or not the comparison was interrupted and
   * resumed.
   */
  public ObjectNode summary() {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("baseline", table.baseline());
    ArrayNode seeds = root.putArray("seeds");
    table.seeds().forEach(seeds::add);
    root.put("problems", table.problems());
    root.put("samples", table.samples());
    root.put("bootstrap_resamples", Bootstrap.RESAMPLES);
    ObjectNode recipes = root.putObject("recipes");
    table
        .means()
        .forEach((name, numbers) -> {
          ObjectNode recipe = recipes.putObject(name);
          numbers.forEach((metric, interval) -> {
            ArrayNode bySeed = put(recipe.putObject(metric), interval).putArray("by_seed");
            table
                .bySeed()
                .getOrDefault(name, Map.of())
                .getOrDefault(metric, List.of())
                .forEach(bySeed::add);
          });
        });
    ObjectNode differences = root.putObject("differences");
    table
        .differences()
        .forEach((name, numbers) -> {
          ObjectNode recipe = differences.putObject(name);
          numbers.forEach((metric, interval) ->
              put(recipe.putObject(metric), interval)
                  .put("excludes_zero", interval.excludesZero()));
        });
    return root;
  }

  private static ObjectNode put(ObjectNode node, Interval interval) {
    return node.put("mean", interval.mean())
        .put("low", interval.low())
        .put("high", interval.high());
  }
}
