package io.braid.task.records;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list or dict as Python prints it: {@code [{'role': 'user', 'content': "it's"}]}. Columns that
 * went through a CSV file look so. It is read as data; nothing is run.
 */
final class PythonText {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DEEPEST = 100;

  private final String text;
  private int place;

  private PythonText(String text) {
    this.text = text;
  }

  /** The list or dict that is the whole text; empty for any other text. */
  static Optional<JsonNode> container(String text) {
    PythonText reader = new PythonText(text);
    try {
      JsonNode value = reader.value(0);
      reader.skip();
      return reader.place == text.length() && value.isContainer()
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
    place++;
    while (peek() != end) {
      list.add(value(depth + 1));
      separate(end);
    }
    place++;
    return list;
  }

  private ObjectNode dict(int depth) throws NotPython {
    ObjectNode dict = JSON.objectNode();
    place++;
    while (peek() != '}') {
      if (peek() != '\'' && peek() != '"') {
        throw new NotPython();
      }
      String key = string();
      if (peek() != ':') {
        throw new NotPython();
      }
      place++;
      dict.set(key, value(depth + 1));
      separate('}');
    }
    place++;
    return dict;
  }

  private void separate(char end) throws NotPython {
    if (peek() == ',') {
      place++;
    } else if (peek() != end) {
      throw new NotPython();
    }
  }

  private String string() throws NotPython {
    char quote = text.charAt(place++);
    StringBuilder out = new StringBuilder();
    while (place < text.length() && text.charAt(place) != quote) {
      char c = text.charAt(place++);
      if (c == '\\') {
        escape(out);
      } else {
        out.append(c);
      }
    }
    if (place >= text.length()) {
      throw new NotPython();
    }
    place++;
    return out.toString();
  }

  private void escape(StringBuilder out) throws NotPython {
    if (place >= text.length()) {
      throw new NotPython();
    }
    char c = text.charAt(place++);
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
    int end = place + digits;
    if (end > text.length() || !text.substring(place, end).matches("[0-9a-fA-F]+")) {
      throw new NotPython();
    }
    long point = Long.parseLong(text.substring(place, end), 16);
    place = end;
    if (!Character.isValidCodePoint((int) point) || point > Character.MAX_CODE_POINT) {
      throw new NotPython();
    }
    return (int) point;
  }

  private JsonNode word() throws NotPython {
    int start = place;
    while (place < text.length()
        && (Character.isLetterOrDigit(text.charAt(place))
            || "+-.".indexOf(text.charAt(place)) >= 0)) {
      place++;
    }
    String word = text.substring(start, place);
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
    if (place >= text.length()) {
      throw new NotPython();
    }
    return text.charAt(place);
  }

  private void skip() {
    while (place < text.length() && Character.isWhitespace(text.charAt(place))) {
      place++;
    }
  }
}
