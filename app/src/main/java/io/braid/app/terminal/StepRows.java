package io.braid.app.terminal;

import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.SurrogateLoss;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.StepPhases;
import io.braid.train.StepMetrics;
import io.braid.verify.VerdictMetrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table of a run's steps, a row for every few steps: the means of the metrics since the row
 * before. A metric that was not measured is left blank, and one that never was has no column. Only
 * as many columns are shown as fit, the most important ones.
 */
final class StepRows {
  private static final int ROWS_PER_HEAD = 25;
  private static final String BETWEEN = "  ";
  private static final String LAST = "time by phase";
  private static final int LAST_IMPORTANT = 7; // rank
  private static final int PHASES = 26; // columns for the shares of two phases

  /**
   * A column, in the order of the table.
   *
   * @param head the heading
   * @param rank importance: columns with a high rank are dropped first
   * @param wide the usual width of its cells
   */
  private record Head(String head, int rank, int wide) {}

  private static final Map<Metric, Head> HEADS = heads();
  private static final Head SPEED = new Head("tokens/s", 5, 7);
  private static final Head MEMORY = new Head("memory", 10, 7);
  private static final Head SECONDS = new Head("s/step", 4, 6);

  private final int steps;
  private final Map<String, Sum> sums = new LinkedHashMap<>();
  private List<Head> shown = List.of();
  private int rows;

  private static final class Sum {
    private double total;
    private int count;
  }

  StepRows(int steps) {
    this.steps = steps;
  }

  private static Map<Metric, Head> heads() {
    Map<Metric, Head> heads = new LinkedHashMap<>();
    heads.put(VerdictMetrics.REWARD, new Head("reward", 0, 6));
    heads.put(VerdictMetrics.ACCURACY, new Head("accuracy", 1, 6));
    heads.put(StepMetrics.LOSS, new Head("loss", 8, 7));
    heads.put(StepMetrics.VALIDATION_LOSS, new Head("validation", 0, 7));
    heads.put(SurrogateLoss.KL, new Head("KL", 2, 6));
    heads.put(StepMetrics.ENTROPY, new Head("entropy", 3, 6));
    heads.put(Flowrl.LOG_Z, new Head("log Z", 9, 6));
    heads.put(ResponseMetrics.RESPONSE_LENGTH, new Head("length", 2, 6));
    heads.put(ResponseMetrics.TRUNCATED_FRAC, new Head("truncated", 3, 6));
    heads.put(StepMetrics.GRAD_NORM, new Head("grad norm", 11, 7));
    heads.put(StepMetrics.MISMATCH_MAX, new Head("mismatch", 7, 6));
    return heads;
  }

  /** Records the metrics of a step for the next row. */
  void add(MetricValues metrics) {
    metrics
        .byName()
        .forEach((name, value) -> {
          if (Double.isFinite(value)) {
            Sum sum = sums.computeIfAbsent(name, _ -> new Sum());
            sum.total += value;
            sum.count++;
          }
        });
  }

  /**
   * Returns the next row, below a heading if the columns changed or the last heading is far above.
   *
   * @param done number of steps done
   * @param memory the process's resident memory, in megabytes, if known
   * @param columns width of the terminal
   */
  String row(int done, OptionalLong memory, int columns) {
    Map<Head, String> cells = cells(memory);
    String step = done + "/" + steps;
    int first = Math.max("step".length(), 2 * String.valueOf(steps).length() + 1);
    List<Head> fitting = fitting(cells.keySet(), columns - first);
    StringBuilder lines = new StringBuilder();
    boolean isNew = fitting.stream().anyMatch(head -> !shown.contains(head));
    if (isNew || rows % ROWS_PER_HEAD == 0) {
      shown = fitting;
      rows = 0;
      lines.append(padded("step", first));
      shown.forEach(head -> lines.append(BETWEEN).append(padded(head.head(), width(head))));
      if (room(columns - first) > LAST.length()) {
        lines.append(BETWEEN).append(LAST);
      }
      lines.append(System.lineSeparator());
    }
    rows++;
    lines.append(padded(step, first));
    shown.forEach(
        head -> lines.append(BETWEEN).append(padded(cells.getOrDefault(head, ""), width(head))));
    String phases = phases(room(columns - first));
    lines.append(phases.isEmpty() ? "" : BETWEEN + phases);
    sums.clear();
    return lines.toString().stripTrailing();
  }

  private int room(int columns) {
    return columns
        - BETWEEN.length()
        - shown.stream().mapToInt(head -> BETWEEN.length() + width(head)).sum();
  }

  private static int width(Head head) {
    return Math.max(head.head().length(), head.wide());
  }

  private static String padded(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  /**
   * Returns the columns that fit, in their order. The less important ones also leave room for the
   * phases, if the important ones do.
   */
  private static List<Head> fitting(Set<Head> all, int columns) {
    List<Head> byRank = all.stream().sorted(Comparator.comparingInt(Head::rank)).toList();
    Set<Head> fitting = new HashSet<>();
    int room = columns;
    boolean reserved = false;
    for (Head head : byRank) {
      if (head.rank() > LAST_IMPORTANT && !reserved && room >= PHASES) {
        room -= PHASES;
        reserved = true;
      }
      int wide = BETWEEN.length() + width(head);
      if (wide > room) {
        break;
      }
      room -= wide;
      fitting.add(head);
    }
    return all.stream().filter(fitting::contains).toList();
  }

  private Map<Head, String> cells(OptionalLong memory) {
    Map<Head, String> cells = new LinkedHashMap<>();
    HEADS.forEach((metric, head) ->
        mean(metric)
            .filter(value -> !metric.equals(StepMetrics.MISMATCH_MAX) || value > 0)
            .ifPresent(value -> cells.put(head, text(metric, value))));
    Optional<Double> seconds = mean(StepMetrics.STEP_SECONDS);
    seconds.ifPresent(value -> cells.put(SECONDS, significant(value)));
    mean(StepMetrics.TOKENS)
        .filter(_ -> seconds.isPresent())
        .ifPresent(tokens ->
            cells.put(SPEED, String.format(Locale.ROOT, "%,.0f", tokens / seconds.orElseThrow())));
    memory.ifPresent(megabytes -> cells.put(MEMORY, memory(megabytes)));
    return cells;
  }

  private static String memory(long megabytes) {
    return megabytes < 1000
        ? megabytes + " MB"
        : String.format(Locale.ROOT, "%.1f GB", megabytes / 1e3);
  }

  private Optional<Double> mean(Metric metric) {
    return Optional.ofNullable(sums.get(metric.name())).map(sum -> sum.total / sum.count);
  }

  private static String text(Metric metric, double value) {
    if (metric.equals(StepMetrics.MISMATCH_MAX)) {
      return String.format(Locale.ROOT, "%.0e", value);
    }
    if (metric.equals(VerdictMetrics.REWARD)) {
      return String.format(Locale.ROOT, "%.3f", value);
    }
    return metric.unit() == Metric.Unit.FRACTION
        ? String.format(Locale.ROOT, "%.1f %%", 100 * value)
        : significant(value);
  }

  /** Returns the number with three significant digits; thousands are separated. */
  private static String significant(double value) {
    double size = Math.abs(value);
    if (size != 0 && size < 0.001) {
      return String.format(Locale.ROOT, "%.0e", value);
    }
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  /** Returns the largest shares of the time that fit: {@code rollout 61 %, train 30 %}. */
  private String phases(int columns) {
    Map<String, Double> totals = new LinkedHashMap<>();
    sums.forEach((name, sum) -> totals.put(name, sum.total));
    return shares(StepPhases.of(totals), columns);
  }

  /**
   * Returns the shares of phases in their time, the largest first, as many as fit; a share below
   * half a percent is left out.
   */
  static String shares(Map<String, Double> seconds, int columns) {
    double all = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    List<String> parts =
        seconds.entrySet().stream()
            .filter(phase -> phase.getValue() >= 0.005 * all)
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .map(phase ->
                String.format(
                    Locale.ROOT,
                    "%s %.0f %%",
                    phase.getKey().replace('_', ' '),
                    100 * phase.getValue() / all))
            .collect(Collectors.toCollection(ArrayList::new));
    while (!parts.isEmpty() && String.join(", ", parts).length() > columns) {
      parts.removeLast();
    }
    return String.join(", ", parts);
  }
}
