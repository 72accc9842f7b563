package io.braid.task.inspect;

import java.util.List;
import java.util.Map;

/**
 * What is in a data file.
 *
 * @param rows records
 * @param columns in the order in which they are first met
 * @param layouts records by the name of their layout
 * @param problems how many become problems
 * @param left how many do not, by the reason
 * @param answers problems by the kind of their reference: {@code numbers}, {@code formulas}, {@code
 *     text}, {@code programs} and others
 * @param questions lengths of the questions
 * @param duplicates problems whose question was there before
 */
public record DataReport(
    long rows,
    List<Column> columns,
    Map<String, Long> layouts,
    long problems,
    Map<String, Long> left,
    Map<String, Long> answers,
    Lengths questions,
    long duplicates) {
  /**
   * A column.
   *
   * @param name its key
   * @param types what its values are: {@code text}, {@code number}, {@code list of record}
   * @param rows records that have it, neither null nor NaN
   * @param example one value, short, without control characters
   */
  public record Column(String name, List<String> types, long rows, String example) {}

  /** Numbers of characters; 0 where there are none. */
  public record Lengths(int min, int median, int max) {}
}
