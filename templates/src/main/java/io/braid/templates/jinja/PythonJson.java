package io.braid.templates.jinja;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes JSON as Python's {@code json.dumps} does, for the {@code tojson} filter.
 *
 * @param asciiOnly whether characters outside of ASCII are escaped
 * @param indent the indentation of one level; without it everything is on one line
 * @param between the separator between entries
 * @param afterKey the separator between a key and its value
 * @param sorted whether keys are sorted
 */
record PythonJson(
    boolean asciiOnly, Optional<String> indent, String between, String afterKey, boolean sorted) {

  static Value filter(Value value, Arguments arguments) {
    var given = arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    Optional<String> indent =
        given.get("indent").filter(v -> v != Value.None.NONE).map(PythonJson::indent);
    List<Value> separators =
        given
            .get("separators")
            .filter(v -> v != Value.None.NONE)
            .map(Python::entries)
            .orElse(List.of());
    if (!separators.isEmpty() && separators.size() != 2) {
      throw new Refusal("'tojson' needs two separators");
    }
    String between = indent.isPresent() ? "," : ", ";
    PythonJson json =
        new PythonJson(
            given.flag("ensure_ascii", false),
            indent,
            separators.isEmpty() ? between : Python.str(separators.get(0)),
            separators.isEmpty() ? ": " : Python.str(separators.get(1)),
            given.flag("sort_keys", false));
    TextBuilder out = new TextBuilder();
    json.write(value, "\n", out);
    return new Value.Text(out.toString());
  }

  private static String indent(Value value) {
    return value instanceof Value.Text(String text, _)
        ? text
        : " ".repeat(Limits.width(Operators.whole(value, "'indent'")));
  }

  private void write(Value value, String newLine, TextBuilder out) {
    switch (value) {
      case Value.None n -> out.append("null");
      case Value.Bool(boolean b) -> out.append(b ? "true" : "false");
      case Value.Whole(long n) -> out.append(Long.toString(n));
      case Value.Real(double r) -> out.append(real(r));
      case Value.Text(String text, _) -> string(text, out);
      case Items items when items.sort() != Items.Kind.VIEW && items.sort() != Items.Kind.RANGE ->
          list(items.values(), newLine, out);
      case Table table -> object(table, newLine, out);
      case Value.Undefined(String what) ->
          throw new Refusal("'" + what + "' is undefined and cannot be written as JSON");
      default -> throw new Refusal(value.kind() + " cannot be written as JSON");
    }
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value)
        ? (value > 0 ? "Infinity" : "-Infinity")
        : PythonText.real(value);
  }

  private void list(Collection<Value> values, String newLine, TextBuilder out) {
    if (values.isEmpty()) {
      out.append("[]");
      return;
    }
    String inner = newLine + indent.orElse("");
    String before = indent.isPresent() ? inner : "";
    out.append("[");
    for (Value value : values) {
      write(value, inner, out.append(before));
      before = between + (indent.isPresent() ? inner : "");
    }
    out.append(indent.isPresent() ? newLine : "").append("]");
  }

  private void object(Table table, String newLine, TextBuilder out) {
    if (table.entries().isEmpty()) {
      out.append("{}");
      return;
    }
    String inner = newLine + indent.orElse("");
    String before = indent.isPresent() ? inner : "";
    out.append("{");
    for (Map.Entry<Value, Value> entry : entries(table)) {
      string(Python.str(entry.getKey()), out.append(before));
      write(entry.getValue(), inner, out.append(afterKey));
      before = between + (indent.isPresent() ? inner : "");
    }
    out.append(indent.isPresent() ? newLine : "").append("}");
  }

  private Collection<Map.Entry<Value, Value>> entries(Table table) {
    return sorted
        ? table.entries().entrySet().stream()
            .sorted(Comparator.comparing(Map.Entry::getKey, Operators::order))
            .toList()
        : table.entries().entrySet();
  }

  private void string(String text, TextBuilder out) {
    out.append("\"");
    text.codePoints().forEach(c -> character(c, out));
    out.append("\"");
  }

  private void character(int c, TextBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\f' -> out.append("\\f");
      case '\b' -> out.append("\\b");
      default -> {
        if (c < 0x20 || (asciiOnly && c > 0x7e)) {
          for (char unit : Character.toChars(c)) {
            out.append("\\u%04x".formatted((int) unit));
          }
        } else {
          out.appendCodePoint(c);
        }
      }
    }
  }
}
