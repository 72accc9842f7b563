package io.braid.eval.judge;

import io.braid.FileError;
import io.braid.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One problem of an evaluation with its responses, read from a line of {@code records.jsonl}. Other
 * keys of the line are ignored.
 *
 * @param problem name of the problem
 * @param suite name of its suite; may be empty
 * @param question the question
 * @param reference reference answer as text; empty if there is none, as in programming problems
 * @param responses the responses
 */
public record EvaluationRecord(
    String problem, String suite, String question, String reference, List<Response> responses) {

  /**
   * A response.
   *
   * @param text the model's text, not trusted
   * @param correct the rule's verdict
   */
  public record Response(String text, boolean correct) {}

  /**
   * Reads a file of records.
   *
   * @param path the file, or the directory of an evaluation with a {@code records.jsonl}
   * @throws UserError if a line is not a record, with its number
   */
  public static List<EvaluationRecord> read(Path path) {
    Path file = file(path);
    List<EvaluationRecord> records = new ArrayList<>();
    int number = 1;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          records.add(record(line, file + ":" + number));
        }
        number++;
      }
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
    if (records.isEmpty()) {
      throw new UserError(file + ": contains no records; evaluate a model first");
    }
    return List.copyOf(records);
  }

  /** Returns the record file of a path, which may be an evaluation's directory. */
  public static Path file(Path path) {
    return Files.isDirectory(path) ? path.resolve("records.jsonl") : path;
  }

  private static EvaluationRecord record(String line, String where) {
    try {
      JsonNode node = JsonMapper.shared().readTree(line);
      List<Response> responses = new ArrayList<>();
      for (JsonNode each : node.path("responses")) {
        responses.add(new Response(text(each, "text", where), truth(each, "correct", where)));
      }
      return new EvaluationRecord(
          text(node, "problem", where),
          node.path("suite").asString(""),
          text(node, "question", where),
          node.path("reference").asString(""),
          List.copyOf(responses));
    } catch (JacksonException e) {
      throw new UserError(
          "%s: malformed JSON (%s); remove the line".formatted(where, e.getOriginalMessage()), e);
    }
  }

  private static String text(JsonNode node, String key, String where) {
    JsonNode value = node.path(key);
    if (!value.isString()) {
      throw new UserError(where + ": '" + key + "' must be a text; remove the line");
    }
    return value.stringValue();
  }

  private static boolean truth(JsonNode node, String key, String where) {
    JsonNode value = node.path(key);
    if (!value.isBoolean()) {
      throw new UserError(where + ": '" + key + "' must be true or false; remove the line");
    }
    return value.booleanValue();
  }
}
