package io.braid.task.layout;

import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;

/** Reads the id that a data set gives a problem, such as {@code test/precalculus/807.json}. */
final class OwnId {
  private static final List<String> KEYS = List.of("unique_id", "question_id", "task_id");
  private static final int LONGEST = 200;

  private OwnId() {}

  static Optional<String> of(DataRecord values) {
    return values
        .first(KEYS)
        .filter(key -> values.at(key).orElseThrow().isValueNode())
        .flatMap(values::text)
        .filter(id -> id.length() <= LONGEST);
  }
}
