package io.braid.task.layout;

import io.braid.task.records.DataRecord;

/** How a data set writes problems down. A new one is registered in {@link Layouts}. */
public interface Layout {
  /** For people: {@code HumanEval}. */
  String name();

  /** Whether a record is written so, by its keys. */
  boolean fits(DataRecord values);

  /**
   * The problem of a record that fits.
   *
   * @throws io.braid.UserError when the record contradicts itself
   */
  Reading read(DataRecord values);
}
