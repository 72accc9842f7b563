package io.braid.task;

import io.braid.UserError;
import io.braid.task.records.DataRecord;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which records of a file are taken: those of a split for which every condition holds.
 *
 * @param conditions by key, which may be a path
 * @param split the split of a data set; absent where there is one only
 */
public record Where(Map<String, Condition> conditions, Optional<String> split) {
  /** Every record. */
  public static final Where ALL = new Where(Map.of());

  /** Copies the map. */
  public Where {
    conditions = Map.copyOf(conditions);
  }

  /** Of what has one split only. */
  public Where(Map<String, Condition> conditions) {
    this(conditions, Optional.empty());
  }

  boolean takes(DataRecord values) {
    return conditions.entrySet().stream()
        .allMatch(condition -> condition.getValue().holds(values, condition.getKey()));
  }

  UserError takesNothing(Path file) {
    String all =
        conditions.entrySet().stream()
            .map(condition -> condition.getKey() + ": " + condition.getValue())
            .sorted()
            .collect(Collectors.joining(", "));
    return new UserError(
        "%s: no record passes where {%s}; ./braid data inspect shows its keys and values"
            .formatted(file, all));
  }
}
