package io.braid.task.inspect;

import java.util.List;
import java.util.Map;

/**
 * A summary of a data file.
 *
 * @param rows number of records
 * @param columns the columns, in order of first appearance
 * @param layouts number of records by layout name
 * @param problems number of records that become problems
 * @param skipped number of skipped records by reason
 * @param answers number of problems by the kind of their reference: {@code numbers}, {@code
 *     formulas}, {@code text}, {@code programs} and others
 * @param questions lengths of the questions, in characters
 * @param duplicates number of problems whose question occurred before
 */
public record DataReport(
    long rows,
    List<Column> columns,
    Map<String, Long> layouts,
    long problems,
    Map<String, Long> skipped,
    Map<String, Long> answers,
    Lengths questions,
    long duplicates) {
  /**
   * A summary of a column.
   *
   * @param name the column's key
   * @param types types of its values, such as {@code text}, {@code number}, {@code list of record}
   * @param rows number of records with a value other than null and NaN
   * @param example an example value, shortened and without control characters
   */
  public record Column(String name, List<String> types, long rows, String example) {}

  /** Smallest, median and largest length in characters; all 0 if there are no questions. */
  public record Lengths(int min, int median, int max) {}
}
