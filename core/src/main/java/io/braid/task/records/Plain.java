package io.braid.task.records;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** JSON as Java's plain data, which templates take. What is null is an empty text. */
public final class Plain {
  private Plain() {}

  /** The value: a text, a boolean, a number, or a list or map of these. */
  public static Object of(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.isInt() || value.isLong() ? (Object) value.longValue() : number(value);
      case ARRAY -> list(value);
      case OBJECT -> map(value);
      case NULL, MISSING -> "";
      default -> value.asString();
    };
  }

  /** A number that a double would change stays as it is written. */
  private static Object number(JsonNode value) {
    String written = DataRecord.written(value);
    double near = value.doubleValue();
    return written.equals(Double.toString(near)) ? (Object) near : written;
  }

  private static List<Object> list(JsonNode list) {
    return list.valueStream().map(Plain::of).collect(Collectors.toUnmodifiableList());
  }

  /** The entries by their names. */
  public static Map<String, Object> map(JsonNode object) {
    Map<String, Object> entries = new LinkedHashMap<>();
    object.properties().forEach(entry -> entries.put(entry.getKey(), of(entry.getValue())));
    return entries;
  }
}
