package io.braid.app;

import io.braid.UserError;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A pair of answers with the verdict that is expected.
 *
 * @param line its line in the file, from 1
 * @param gold the reference
 * @param prediction an answer or a response
 * @param expected whether they are to be equal
 */
record VerifierCase(int line, String gold, String prediction, boolean expected) {
  /** The cases of a JSONL file. */
  static List<VerifierCase> read(Path file) {
    List<VerifierCase> cases = new ArrayList<>();
    int line = 0;
    for (String text : lines(file)) {
      line++;
      if (!text.isBlank()) {
        cases.add(parse(file + ":" + line, line, text));
      }
    }
    if (cases.isEmpty()) {
      throw new UserError(
          file + " holds no cases; each line is an object with gold, prediction and expected");
    }
    return cases;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new UserError(file + ": no such file", e);
    } catch (CharacterCodingException e) {
      throw new UserError(file + " is not UTF-8 text; convert it", e);
    } catch (IOException e) {
      throw new UserError("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static VerifierCase parse(String place, int line, String text) {
    JsonNode node;
    try {
      node = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw new UserError(
          "%s: not JSON (%s)"
              .formatted(place, e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    }
    JsonNode expected = node.path("expected");
    if (!expected.isBoolean()) {
      throw new UserError(place + ": expected must be true or false");
    }
    return new VerifierCase(
        line, string(place, node, "gold"), string(place, node, "prediction"), expected.asBoolean());
  }

  private static String string(String place, JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isString()) {
      throw new UserError("%s: %s must be a string".formatted(place, name));
    }
    return value.asString();
  }
}
