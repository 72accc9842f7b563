package io.braid.app.report;

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
    /** Nothing is marked. */
    NEITHER
  }

  /** A measure: its name, how its numbers look, and which are good. */
  public record Column(String name, Format format, Better better) {}

  /** A thing compared, with its numbers; {@code NaN} where there is none. */
  public record Row(String name, List<Double> numbers) {
    /** Copies the list. */
    public Row {
      numbers = List.copyOf(numbers);
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

  /** Whether a number is its column's best; alone, it is not. */
  boolean isBest(Row row, int column) {
    List<Double> all =
        rows.stream().map(each -> each.numbers().get(column)).filter(Double::isFinite).toList();
    double number = row.numbers().get(column);
    if (all.size() < 2 || !Double.isFinite(number)) {
      return false;
    }
    return switch (columns.get(column).better()) {
      case HIGHER -> all.stream().allMatch(other -> number >= other);
      case LOWER -> all.stream().allMatch(other -> number <= other);
      case NEITHER -> false;
    };
  }
}
