package io.braid.app.report;

import io.braid.eval.Interval;
import java.util.List;

/**
 * Numbers to compare: a row for each thing compared, a column for each measure.
 *
 * @param caption what is compared, or empty
 * @param columns the measures
 * @param rows each with one number a column
 */
public record Table(String caption, List<Column> columns, List<Row> rows) {
  /** Which end of a column is the good one. */
  public enum Better {
    /** The largest number is marked. */
    HIGHER,
    /** The smallest number is marked. */
    LOWER,
    /** Numbers are marked whose interval leaves 0 out. */
    AWAY_FROM_ZERO,
    /** Nothing is marked. */
    NEITHER
  }

  /** A measure: its name, how its numbers look, and which are good. */
  public record Column(String name, Format format, Better better) {}

  /**
   * A thing compared.
   *
   * @param name what it is
   * @param numbers one a column; {@code NaN} where there is none
   * @param intervals one a column, or none at all
   */
  public record Row(String name, List<Double> numbers, List<Interval> intervals) {
    /** Checks that the lists go together. */
    public Row {
      numbers = List.copyOf(numbers);
      intervals = List.copyOf(intervals);
      if (!intervals.isEmpty() && intervals.size() != numbers.size()) {
        throw new IllegalArgumentException(name + ": wants an interval for each number, or none");
      }
    }

    /** Numbers alone. */
    public Row(String name, List<Double> numbers) {
      this(name, numbers, List.of());
    }

    /** Means with their intervals. */
    public static Row of(String name, List<Interval> intervals) {
      return new Row(name, intervals.stream().map(Interval::mean).toList(), intervals);
    }
  }

  /** Checks that each row has a number for each column. */
  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (Row row : rows) {
      if (row.numbers().size() != columns.size()) {
        throw new IllegalArgumentException(
            row.name() + ": " + row.numbers().size() + " numbers, " + columns.size() + " columns");
      }
    }
  }

  /** Whether a number is to be marked: its column's best, unless it is alone. */
  boolean isMarked(Row row, int column) {
    if (columns.get(column).better() == Better.AWAY_FROM_ZERO) {
      return !row.intervals().isEmpty() && row.intervals().get(column).excludesZero();
    }
    List<Double> all =
        rows.stream().map(each -> each.numbers().get(column)).filter(Double::isFinite).toList();
    double number = row.numbers().get(column);
    if (all.size() < 2 || !Double.isFinite(number)) {
      return false;
    }
    return switch (columns.get(column).better()) {
      case HIGHER -> all.stream().allMatch(other -> number >= other);
      case LOWER -> all.stream().allMatch(other -> number <= other);
      case AWAY_FROM_ZERO, NEITHER -> false;
    };
  }
}
