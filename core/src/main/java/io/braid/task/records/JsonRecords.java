package io.braid.task.records;

import io.braid.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * Reads a JSON file: an array of objects, one object per line, objects that span several lines, or
 * a single object that is a table ({@link JsonTable}).
 *
 * <p>Types are not inferred: an answer such as {@code 2024-01-05} remains text.
 */
final class JsonRecords {
  private static final ObjectReader ELEMENT =
      JsonText.MAPPER
          .readerFor(JsonNode.class)
          .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final Consumer<DataRecord> to;
  private Optional<DataRecord> first =
      Optional.empty(); // held back: a single object may be a table
  private boolean several;

  private JsonRecords(Path file, Consumer<DataRecord> to) {
    this.file = file;
    this.to = to;
  }

  static void read(Path file, Consumer<DataRecord> to) {
    TextFile.read(file, reader -> new JsonRecords(file, to).read(reader));
  }

  private void read(BufferedReader reader) throws IOException {
    int number = 1;
    int first;
    do {
      reader.mark(1);
      first = reader.read();
      number += first == '\n' ? 1 : 0;
    } while (first == BYTE_ORDER_MARK || Character.isWhitespace(first));
    if (first < 0) {
      return;
    }
    reader.reset();
    if (first == '[') {
      array(reader, number);
    } else {
      objects(reader, number);
    }
  }

  /**
   * Determines from the first line whether each line is an object or objects span several lines.
   */
  private void objects(BufferedReader reader, int firstNumber) throws IOException {
    BoundedLines lines = new BoundedLines(reader, JsonText.LONGEST);
    String line = lines.next().orElse("");
    try {
      JsonText.MAPPER.readTree(line);
    } catch (JacksonException e) {
      if (!JsonText.endsEarly(e)) {
        throw malformed(file + " line " + firstNumber, e);
      }
      overLines(new JoinedReader(List.of(Reader.of(line + "\n"), reader)), firstNumber);
      last();
      return;
    }
    lines(lines, line, firstNumber);
    last();
  }

  private void lines(BoundedLines lines, String firstLine, int firstNumber) throws IOException {
    int number = firstNumber;
    Optional<String> line = Optional.of(firstLine);
    while (line.isPresent()) {
      if (!line.get().isBlank()) {
        String where = file + " line " + number;
        object(record(where, parse(where, line.get())));
      }
      number++;
      line = lines.next();
    }
  }

  private void overLines(Reader reader, int firstLine) throws IOException {
    try (JsonParser parser = JsonText.MAPPER.createParser(reader)) {
      while (parser.nextToken() != null) {
        int line = parser.currentTokenLocation().getLineNr() + firstLine - 1;
        JsonNode value = ELEMENT.readValue(parser);
        object(record(file + " line " + line, value));
      }
    } catch (JacksonException e) {
      throw placed(e, firstLine);
    }
  }

  /** Handles a top-level object. */
  private void object(DataRecord values) {
    if (first.isEmpty() && !several) {
      first = Optional.of(values);
      return;
    }
    several = true;
    first.ifPresent(to);
    first = Optional.empty();
    to.accept(values);
  }

  private void last() {
    first.ifPresent(alone -> {
      Optional<List<JsonNode>> rows = JsonTable.rows(alone);
      if (rows.isEmpty()) {
        to.accept(alone);
      } else {
        for (int row = 0; row < rows.get().size(); row++) {
          to.accept(record(file + " record " + (row + 1), rows.get().get(row)));
        }
      }
    });
  }

  private void array(BufferedReader reader, int firstLine) throws IOException {
    int count = 0;
    try (JsonParser parser = JsonText.MAPPER.createParser(reader)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == null) {
          throw new UserError("%s is malformed JSON: its list has no end".formatted(file));
        }
        JsonNode element = ELEMENT.readValue(parser);
        count++;
        to.accept(record(file + " record " + count, element));
      }
      if (parser.nextToken() != null) {
        throw new UserError("%s is malformed JSON: more text follows its list".formatted(file));
      }
    } catch (JacksonException e) {
      throw placed(e, firstLine);
    }
  }

  private static JsonNode parse(String where, String content) {
    try {
      return JsonText.MAPPER.readTree(content);
    } catch (JacksonException e) {
      throw malformed(where, e);
    }
  }

  static DataRecord record(String where, JsonNode value) {
    if (!value.isObject()) {
      throw new UserError(
          "%s is not a JSON object; write for example {\"question\": …}".formatted(where));
    }
    return new DataRecord(where, value);
  }

  /** Adds the location to an error; some errors, such as excessive nesting, have no line. */
  private UserError placed(JacksonException e, int firstLine) throws IOException {
    if (e.getCause() instanceof IOException cause) {
      throw cause;
    }
    String place =
        Optional.ofNullable(e.getLocation())
            .map(location -> file + " line " + (location.getLineNr() + firstLine - 1))
            .orElse(file.toString());
    return malformed(place, e);
  }

  private static UserError malformed(String where, JacksonException e) {
    return new UserError(
        "%s is malformed JSON: %s; fix or remove it".formatted(where, JsonText.fault(e)), e);
  }
}
