package io.braid.task.inspect;

import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Summarises the values of a column. */
final class ColumnTally {
  private static final int SHOWN = 60;
  private static final int LOOKED_AT = 4 * SHOWN;

  private final String name;
  private final Set<String> types = new TreeSet<>();
  private long rows;
  private String example = "";

  ColumnTally(String name) {
    this.name = name;
  }

  void add(JsonNode value) {
    if (DataRecord.isNothing(value)) {
      return;
    }
    rows++;
    types.add(type(value));
    if (example.isEmpty()) {
      example = example(value);
    }
  }

  private static String example(JsonNode value) {
    if (value.isBinary()) {
      return value.binaryValue().length + " bytes";
    }
    return shown(value.isString() ? value.stringValue() : value.toString());
  }

  private static String type(JsonNode value) {
    if (value.isArray()) {
      List<String> elements = value.valueStream().map(ColumnTally::single).distinct().toList();
      return switch (elements.size()) {
        case 0 -> "list";
        case 1 -> "list of " + elements.getFirst();
        default -> "list of several types";
      };
    }
    return single(value);
  }

  private static String single(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "text";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case BOOLEAN -> "boolean";
      case OBJECT -> "record";
      case ARRAY -> "list";
      case BINARY -> "image";
      default -> "null";
    };
  }

  /** Shortens text and removes control characters, which could affect a terminal. */
  static String shown(String text) {
    String line =
        text.substring(0, Math.min(text.length(), LOOKED_AT))
            .replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+", " ")
            .strip();
    return line.length() <= SHOWN && text.length() <= LOOKED_AT
        ? line
        : line.substring(0, Math.min(line.length(), SHOWN)) + "…";
  }

  DataReport.Column report() {
    return new DataReport.Column(shown(name), List.copyOf(types), rows, example);
  }
}
