package io.braid.app.commands;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.math.ComparisonSettings;
import io.braid.math.Extraction;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A pair of answers with the expected verdict.
 *
 * @param line number of its line in the file, from 1
 * @param gold the reference
 * @param prediction an answer or a response
 * @param expected whether the comparison should call them equal
 * @param boxed whether the original grader requires a box after the thoughts
 * @param ordered whether the original grader compares lists in order
 * @param digits number of digits after the point that the original grader compares; absent for all
 */
record VerifierCase(
    int line,
    String gold,
    String prediction,
    boolean expected,
    boolean boxed,
    boolean ordered,
    OptionalInt digits) {
  private static final int MOST_DIGITS = 100;

  /** Returns the settings adjusted to the case's original grader. */
  ComparisonSettings settings(ComparisonSettings base) {
    return new ComparisonSettings(
        base.strictness(),
        boxed ? Extraction.BOX : base.extraction(),
        ordered || base.ordered(),
        digits.isPresent() ? digits : base.digits());
  }

  /** Reads the cases of a JSONL file. */
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
      throw FileError.reading(file, e);
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
    JsonNode config = node.path("config");
    return new VerifierCase(
        line,
        string(place, node, "gold"),
        string(place, node, "prediction"),
        expected.asBoolean(),
        flag(place, config, "needs_think_and_boxed_format"),
        flag(place, config, "string_match_only"),
        digits(place, config));
  }

  private static boolean flag(String place, JsonNode config, String name) {
    JsonNode value = config.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw new UserError("%s: config.%s must be true or false".formatted(place, name));
    }
    return value.isBoolean() && value.asBoolean();
  }

  private static OptionalInt digits(String place, JsonNode config) {
    JsonNode value = config.path("precision");
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    if (!value.isInt() || value.asInt() < 0 || value.asInt() > MOST_DIGITS) {
      throw new UserError(
          "%s: config.precision must be a whole number from 0 to %d".formatted(place, MOST_DIGITS));
    }
    return OptionalInt.of(value.asInt());
  }

  private static String string(String place, JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isString()) {
      throw new UserError("%s: %s must be a string".formatted(place, name));
    }
    return value.asString();
  }
}
