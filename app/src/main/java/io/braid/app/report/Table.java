package io.braid.app.report;

import io.braid.eval.Interval;
import java.util.List;

/**
 * A table of numbers to compare: one row per model or variant, one column per measure.
 *
 * @param caption caption of the table, or empty
 * @param columns the measures
 * @param rows rows with one number per column
 */
public record Table(String caption, List<Column> columns, List<Row> rows) {
  /** Which numbers in a column are marked. */
  public enum Better {
    /** The largest number is marked. */
    HIGHER,
    /** The smallest number is marked. */
    LOWER,
    /** Numbers whose interval excludes 0 are marked. */
    AWAY_FROM_ZERO,
    /** Nothing is marked. */
    NEITHER
  }

  /** A measure, with its name, its format and the numbers to mark. */
  public record Column(String name, Format format, Better better) {}

  /**
   * A row of the table.
   *
   * @param name name of the row
   * @param numbers one number per column; {@code NaN} if there is none
   * @param intervals one interval per column, or an empty list
   */
  public record Row(String name, List<Double> numbers, List<Interval> intervals) {
    /** Checks that the lists have the same length. */
    public Row {
      numbers = List.copyOf(numbers);
      intervals = List.copyOf(intervals);
      if (!intervals.isEmpty() && intervals.size() != numbers.size()) {
        throw new IllegalArgumentException(
            name + ": must have an interval for each number, or none");
      }
    }

    /** Creates a row of numbers without intervals. */
    public Row(String name, List<Double> numbers) {
      this(name, numbers, List.of());
    }

    /** Creates a row of means with their intervals. */
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

  /**
   * Returns whether to mark a number because it is the best of at least two in its column, or
   * because its interval excludes 0.
   */
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
