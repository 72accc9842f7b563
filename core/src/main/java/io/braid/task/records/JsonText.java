package io.braid.task.records;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses JSON from other programs: {@code NaN} and {@code Infinity} are numbers, as Python writes
 * them, decimals keep all their digits, and sizes are limited.
 */
public final class JsonText {
  /** Largest number of characters in a line or a string. */
  static final int LONGEST = 256 << 20;

  /** Largest number of digits in a number. */
  static final int MOST_DIGITS = 20_000;

  private static final int DEEPEST = 500;

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(LONGEST)
                          .maxNumberLength(MOST_DIGITS)
                          .maxNestingDepth(DEEPEST)
                          .build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final JsonMapper LINES =
      JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

  private static final Pattern FOUND =
      Pattern.compile("Unexpected character \\('(.)' |Unrecognized token '([^']{1,20})");

  private JsonText() {}

  /**
   * Parses a list or object that is stored as a string, in JSON or in Python's notation; empty for
   * any other string. Some data sets store columns in this way.
   */
  public static Optional<JsonNode> container(String text) {
    String stripped = text.strip();
    if (stripped.length() < 2 || "[{".indexOf(stripped.charAt(0)) < 0) {
      return Optional.empty();
    }
    char last = stripped.charAt(stripped.length() - 1);
    return last == ']' || last == '}'
        ? parsed(stripped).or(() -> PythonText.container(stripped))
        : Optional.empty();
  }

  /**
   * Writes a record as a line that {@link RecordFile} reads back as an equal record, including
   * {@code NaN} values.
   */
  public static String line(JsonNode value) {
    return LINES.writeValueAsString(value);
  }

  /** Parses a string as JSON; empty if it is not valid JSON. */
  public static Optional<JsonNode> parsed(String text) {
    try {
      return Optional.of(MAPPER.readTree(text)).filter(value -> !value.isMissingNode());
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** Describes a parse error and its column. */
  static String fault(JacksonException e) {
    String said = String.valueOf(e.getOriginalMessage());
    String what =
        switch (e) {
          case StreamConstraintsException _ -> limit(said);
          case JacksonException early when endsEarly(early) -> "it ends too early";
          default -> {
            Matcher found = FOUND.matcher(said);
            yield found.lookingAt()
                ? "'%s' is not allowed there"
                    .formatted(Optional.ofNullable(found.group(1)).orElseGet(() -> found.group(2)))
                : "this is not a JSON value";
          }
        };
    int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
    return column > 0 ? String.format(Locale.ROOT, "%s (column %,d)", what, column) : what;
  }

  /** Returns whether the error is that the text ends too early. */
  static boolean endsEarly(JacksonException e) {
    return e instanceof UnexpectedEndOfInputException
        || String.valueOf(e.getOriginalMessage()).startsWith("Unexpected end-of-input");
  }

  private static String limit(String said) {
    if (said.contains("Number")) {
      return String.format(Locale.ROOT, "a number has more than %,d digits", MOST_DIGITS);
    }
    if (said.contains("nesting")) {
      return String.format(Locale.ROOT, "it is nested more than %,d levels deep", DEEPEST);
    }
    return String.format(Locale.ROOT, "a string in it has more than %,d characters", LONGEST);
  }
}
