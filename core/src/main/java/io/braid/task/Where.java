package io.braid.task;

import io.braid.UserError;
import io.braid.task.records.DataRecord;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Selects the records of a split that meet every condition.
 *
 * @param conditions the conditions, by key; a key may be a path
 * @param split the split of a data set; absent if it has only one
 */
public record Where(Map<String, Condition> conditions, Optional<String> split) {
  /** Selects every record. */
  public static final Where ALL = new Where(Map.of());

  /** Copies the map. */
  public Where {
    conditions = Map.copyOf(conditions);
  }

  /** Creates a filter with conditions and without a split. */
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
        "%s: no record satisfies where {%s}; ./braid data inspect shows the keys and values"
            .formatted(file, all));
  }
}
