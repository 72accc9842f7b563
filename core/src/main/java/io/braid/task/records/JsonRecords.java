package io.braid.task.records;

import io.braid.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records of a JSON file, which may be compressed by gzip: an array of objects, or an object on
 * each line.
 *
 * <p>Read by Jackson and not by DuckDB, which guesses a type for each column: an answer such as
 * {@code 2024-01-05} would become a date.
 */
final class JsonRecords {
  /** Characters of a line, or of one text in it. */
  static final int LONGEST = 256 << 20;

  /** What a compressed file may be expanded to, in bytes. */
  static final long LARGEST_EXPANDED = 16L << 30;

  private static final JsonMapper MAPPER =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(LONGEST).build())
              .build());
  private static final ObjectReader ELEMENT =
      MAPPER.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final Consumer<DataRecord> to;

  private JsonRecords(Path file, Consumer<DataRecord> to) {
    this.file = file;
    this.to = to;
  }

  static void read(Path file, Consumer<DataRecord> to) {
    try (BufferedReader reader = open(file)) {
      new JsonRecords(file, to).read(reader);
    } catch (CharacterCodingException e) {
      throw new UserError("%s is not UTF-8 text; convert it".formatted(file), e);
    } catch (IOException e) {
      throw new UserError("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
        bytes = new BoundedStream(new GZIPInputStream(bytes, 1 << 16), LARGEST_EXPANDED);
      }
      return new BufferedReader(
          new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
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
      lines(new BoundedLines(reader, LONGEST), number);
    }
  }

  private void lines(BoundedLines lines, int firstNumber) throws IOException {
    int number = firstNumber;
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      if (!line.get().isBlank()) {
        String where = file + " line " + number;
        to.accept(record(where, parse(where, line.get())));
      }
      number++;
    }
  }

  private void array(BufferedReader reader, int firstLine) throws IOException {
    int count = 0;
    try (JsonParser parser = MAPPER.createParser(reader)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == null) {
          throw new UserError("%s is malformed JSON: its list does not end".formatted(file));
        }
        JsonNode element = ELEMENT.readValue(parser);
        count++;
        to.accept(record(file + " record " + count, element));
      }
      if (parser.nextToken() != null) {
        throw new UserError("%s is malformed JSON: something follows its list".formatted(file));
      }
    } catch (JacksonException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw malformed(place(e, firstLine), e);
    }
  }

  private static JsonNode parse(String where, String content) {
    try {
      return MAPPER.readTree(content);
    } catch (JacksonException e) {
      throw malformed(where, e);
    }
  }

  static DataRecord record(String where, JsonNode value) {
    if (!value.isObject()) {
      throw new UserError("%s is not a JSON object; write {\"question\": …}".formatted(where));
    }
    return new DataRecord(where, value);
  }

  /** Some errors, such as too deep a nesting, have no line. */
  private String place(JacksonException e, int firstLine) {
    return Optional.ofNullable(e.getLocation())
        .map(location -> file + " line " + (location.getLineNr() + firstLine - 1))
        .orElse(file.toString());
  }

  private static UserError malformed(String where, JacksonException e) {
    return new UserError(
        "%s is malformed JSON: %s; mend or remove it".formatted(where, e.getOriginalMessage()), e);
  }
}
