package io.braid.task.records;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Converts JSON to plain Java values for templates; null becomes an empty string. */
public final class Plain {
  private Plain() {}

  /** Converts a value to a string, a boolean, a number, or a list or map of these. */
  public static Object of(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.isInt() || value.isLong() ? (Object) value.longValue() : number(value);
      case ARRAY -> list(value);
      case OBJECT -> map(value);
      case NULL, MISSING -> "";
      case BINARY -> value.binaryValue().length + " bytes";
      default -> value.asString();
    };
  }

  /** Converts a number to a double, or to a string if a double would not print the same. */
  private static Object number(JsonNode value) {
    String written = DataRecord.written(value);
    double near = value.doubleValue();
    return written.equals(Double.toString(near)) ? (Object) near : written;
  }

  private static List<Object> list(JsonNode list) {
    return list.valueStream().map(Plain::of).collect(Collectors.toUnmodifiableList());
  }

  /** Converts an object's entries. */
  public static Map<String, Object> map(JsonNode object) {
    Map<String, Object> entries = new LinkedHashMap<>();
    object.properties().forEach(entry -> entries.put(entry.getKey(), of(entry.getValue())));
    return entries;
  }
}
