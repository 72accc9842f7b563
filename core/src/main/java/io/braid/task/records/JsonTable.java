package io.braid.task.records;

import io.braid.UserError;
import io.braid.task.ProblemFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a file that consists of a single JSON object, which contains all records in one of these
 * forms:
 *
 * <ul>
 *   <li>a list per column ({@code Dataset.to_dict}), or an object per column with the row numbers
 *       as keys (pandas);
 *   <li>{@code {columns, data}} (pandas' {@code split});
 *   <li>a list of records under one key ({@code {"data": […]}}), also in the form of the hub's
 *       viewer ({@code {"rows": [{"row": {…}}]}});
 *   <li>an object of records keyed by id.
 * </ul>
 */
final class JsonTable {
  private static final Set<String> LISTS =
      Set.of("data", "rows", "records", "examples", "instances", "items", "problems", "questions");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private JsonTable() {}

  /** Returns the rows; empty if the object itself is a record. */
  static Optional<List<JsonNode>> rows(DataRecord alone) {
    JsonNode object = alone.values();
    if (object.isEmpty()) {
      return Optional.empty();
    }
    return split(object)
        .or(() -> named(alone))
        .or(() -> columns(object))
        .or(() -> numbered(object))
        .or(() -> byId(object));
  }

  private static Optional<List<JsonNode>> split(JsonNode object) {
    JsonNode names = object.path("columns");
    JsonNode data = object.path("data");
    if (!all(names, JsonNode::isString) || !all(data, JsonNode::isArray)) {
      return Optional.empty();
    }
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode cells : data) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < Math.min(names.size(), cells.size()); i++) {
        row.set(names.get(i).stringValue(), cells.get(i));
      }
      rows.add(row);
    }
    return Optional.of(rows);
  }

  private static Optional<List<JsonNode>> named(DataRecord alone) {
    JsonNode object = alone.values();
    if (alone.first(ProblemFields.QUESTIONS).filter(key -> !isList(alone, key)).isPresent()) {
      return Optional.empty();
    }
    List<String> names =
        object
            .propertyStream()
            .filter(entry -> isRecords(entry.getValue()))
            .map(Map.Entry::getKey)
            .filter(name -> object.size() == 1 || LISTS.contains(name) || SplitNames.isWord(name))
            .toList();
    if (names.size() > 1) {
      throw new UserError(
          "%s: the object has several lists of records: %s; write each to a file of its own"
              .formatted(alone.where(), String.join(", ", names)));
    }
    return names.stream()
        .findFirst()
        .map(name ->
            object
                .get(name)
                .valueStream()
                .map(row -> row.path("row").isObject() ? row.get("row") : row)
                .toList());
  }

  private static boolean isList(DataRecord values, String key) {
    return values.at(key).filter(JsonTable::isRecords).isPresent();
  }

  /**
   * Returns whether a value is a list of records. A chat is not, although its messages are objects.
   */
  private static boolean isRecords(JsonNode value) {
    return all(value, JsonNode::isObject) && !Chat.is(value);
  }

  private static Optional<List<JsonNode>> columns(JsonNode object) {
    int rows = object.iterator().next().size();
    boolean table =
        object
            .valueStream()
            .allMatch(column ->
                column.isArray() && column.size() == rows && rows > 0 && !Chat.is(column));
    if (!table) {
      return Optional.empty();
    }
    List<JsonNode> records = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      ObjectNode record = JsonNodeFactory.instance.objectNode();
      int at = row;
      object.properties().forEach(column -> record.set(column.getKey(), column.getValue().get(at)));
      records.add(record);
    }
    return Optional.of(records);
  }

  private static Optional<List<JsonNode>> numbered(JsonNode object) {
    JsonNode first = object.iterator().next();
    boolean table =
        all(object, JsonNode::isObject)
            && !first.isEmpty()
            && object.propertyNames().stream().noneMatch(name -> NUMBER.matcher(name).matches())
            && object
                .valueStream()
                .flatMap(column -> column.propertyNames().stream())
                .allMatch(name -> NUMBER.matcher(name).matches());
    if (!table) {
      return Optional.empty();
    }
    return Optional.of(
        first.propertyNames().stream()
            .map(row -> {
              ObjectNode record = JsonNodeFactory.instance.objectNode();
              object
                  .properties()
                  .forEach(column -> record.set(column.getKey(), column.getValue().path(row)));
              return (JsonNode) record;
            })
            .toList());
  }

  private static Optional<List<JsonNode>> byId(JsonNode object) {
    boolean records =
        all(object, JsonNode::isObject)
            && object
                .valueStream()
                .allMatch(
                    each -> new DataRecord("", each).first(ProblemFields.QUESTIONS).isPresent());
    return records ? Optional.of(object.valueStream().toList()) : Optional.empty();
  }

  private static boolean all(JsonNode container, Predicate<JsonNode> condition) {
    return container.isContainer()
        && !container.isEmpty()
        && container.valueStream().allMatch(condition);
  }
}
