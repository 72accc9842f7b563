package io.braid.task.records;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses a list or dict in Python's notation: {@code [{'role': 'user', 'content': "it's"}]}, as
 * found in columns that were stored in a CSV file. It is read as data; no code is run.
 */
final class PythonText {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DEEPEST = 100;

  private final String text;
  private int position;

  private PythonText(String text) {
    this.text = text;
  }

  /** Parses text that is a single list or dict; empty for any other text. */
  static Optional<JsonNode> container(String text) {
    PythonText reader = new PythonText(text);
    try {
      JsonNode value = reader.value(0);
      reader.skip();
      return reader.position == text.length() && value.isContainer()
          ? Optional.of(value)
          : Optional.empty();
    } catch (NotPython e) {
      return Optional.empty();
    }
  }

  private static final class NotPython extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private JsonNode value(int depth) throws NotPython {
    if (depth > DEEPEST) {
      throw new NotPython();
    }
    return switch (peek()) {
      case '[' -> list(']', depth);
      case '(' -> list(')', depth);
      case '{' -> dict(depth);
      case '\'', '"' -> JSON.stringNode(string());
      default -> word();
    };
  }

  private ArrayNode list(char end, int depth) throws NotPython {
    ArrayNode list = JSON.arrayNode();
    position++;
    while (peek() != end) {
      list.add(value(depth + 1));
      separate(end);
    }
    position++;
    return list;
  }

  private ObjectNode dict(int depth) throws NotPython {
    ObjectNode dict = JSON.objectNode();
    position++;
    while (peek() != '}') {
      if (peek() != '\'' && peek() != '"') {
        throw new NotPython();
      }
      String key = string();
      if (peek() != ':') {
        throw new NotPython();
      }
      position++;
      dict.set(key, value(depth + 1));
      separate('}');
    }
    position++;
    return dict;
  }

  private void separate(char end) throws NotPython {
    if (peek() == ',') {
      position++;
    } else if (peek() != end) {
      throw new NotPython();
    }
  }

  private String string() throws NotPython {
    char quote = text.charAt(position++);
    StringBuilder out = new StringBuilder();
    while (position < text.length() && text.charAt(position) != quote) {
      char c = text.charAt(position++);
      if (c == '\\') {
        escape(out);
      } else {
        out.append(c);
      }
    }
    if (position >= text.length()) {
      throw new NotPython();
    }
    position++;
    return out.toString();
  }

  private void escape(StringBuilder out) throws NotPython {
    if (position >= text.length()) {
      throw new NotPython();
    }
    char c = text.charAt(position++);
    switch (c) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case '\\', '\'', '"' -> out.append(c);
      case 'x' -> out.appendCodePoint(hex(2));
      case 'u' -> out.appendCodePoint(hex(4));
      case 'U' -> out.appendCodePoint(hex(8));
      default -> out.append('\\').append(c);
    }
  }

  private int hex(int digits) throws NotPython {
    int end = position + digits;
    if (end > text.length() || !text.substring(position, end).matches("[0-9a-fA-F]+")) {
      throw new NotPython();
    }
    long point = Long.parseLong(text.substring(position, end), 16);
    position = end;
    if (!Character.isValidCodePoint((int) point) || point > Character.MAX_CODE_POINT) {
      throw new NotPython();
    }
    return (int) point;
  }

  private JsonNode word() throws NotPython {
    int start = position;
    while (position < text.length()
        && (Character.isLetterOrDigit(text.charAt(position))
            || "+-.".indexOf(text.charAt(position)) >= 0)) {
      position++;
    }
    String word = text.substring(start, position);
    return switch (word) {
      case "None" -> JSON.nullNode();
      case "True" -> JSON.booleanNode(true);
      case "False" -> JSON.booleanNode(false);
      case "nan" -> JSON.numberNode(Double.NaN);
      default -> JsonText.parsed(word).filter(JsonNode::isNumber).orElseThrow(NotPython::new);
    };
  }

  private char peek() throws NotPython {
    skip();
    if (position >= text.length()) {
      throw new NotPython();
    }
    return text.charAt(position);
  }

  private void skip() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }
}
