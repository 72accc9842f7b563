package io.braid.task.layout;

import io.braid.task.records.DataRecord;

/** The layout of a data set's problems. New layouts are registered in {@link Layouts}. */
public interface Layout {
  /** Returns the layout's display name, such as {@code HumanEval}. */
  String name();

  /** Returns whether a record has this layout, according to its keys. */
  boolean fits(DataRecord values);

  /**
   * Reads the problem of a record that has this layout.
   *
   * @throws io.braid.UserError if the record contradicts itself
   */
  Reading read(DataRecord values);
}
