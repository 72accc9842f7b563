package io.braid.task;

import io.braid.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records of a JSON file: an array of objects, or an object on each line.
 *
 * <p>Read by Jackson and not by DuckDB, which guesses a type for each column: an answer such as
 * {@code 2024-01-05} would become a date.
 */
final class JsonRecords {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private JsonRecords() {}

  static List<DataRecord> read(Path file) {
    try {
      return isArray(file) ? array(file) : lines(file);
    } catch (CharacterCodingException e) {
      throw new UserError("%s is not UTF-8 text; convert it".formatted(file), e);
    } catch (IOException e) {
      throw new UserError("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static boolean isArray(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int c = reader.read();
      while (Character.isWhitespace(c) || c == BYTE_ORDER_MARK.charAt(0)) {
        c = reader.read();
      }
      return c == '[';
    }
  }

  private static List<DataRecord> array(Path file) throws IOException {
    List<DataRecord> records = new ArrayList<>();
    try {
      for (JsonNode element : MAPPER.readTree(withoutMark(Files.readString(file)))) {
        records.add(record(file + " record " + (records.size() + 1), element));
      }
    } catch (JacksonException e) {
      throw malformed(place(file, e), e);
    }
    return records;
  }

  private static List<DataRecord> lines(Path file) throws IOException {
    List<DataRecord> records = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 1;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String content = withoutMark(line);
        if (!content.isBlank()) {
          records.add(record(file + " line " + number, parse(file, number, content)));
        }
        number++;
      }
    }
    return records;
  }

  private static String withoutMark(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static JsonNode parse(Path file, int line, String content) {
    try {
      return MAPPER.readTree(content);
    } catch (JacksonException e) {
      throw malformed(file + " line " + line, e);
    }
  }

  static DataRecord record(String where, JsonNode value) {
    if (!value.isObject()) {
      throw new UserError("%s is not a JSON object; write {\"question\": …}".formatted(where));
    }
    return new DataRecord(where, value);
  }

  /** Some errors, such as too deep a nesting, have no line. */
  private static String place(Path file, JacksonException e) {
    return Optional.ofNullable(e.getLocation())
        .map(location -> file + " line " + location.getLineNr())
        .orElse(file.toString());
  }

  private static UserError malformed(String where, JacksonException e) {
    return new UserError(
        "%s is malformed JSON: %s; mend or remove it".formatted(where, e.getOriginalMessage()), e);
  }
}
