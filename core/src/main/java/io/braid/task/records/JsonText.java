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
 * JSON as other people's programs write it: {@code NaN} and {@code Infinity} are numbers (Python
 * writes them so), decimals keep the digits they are written with, and what it takes is bounded.
 */
public final class JsonText {
  /** Characters of a line, or of one text in it. */
  static final int LONGEST = 256 << 20;

  /** Digits of a number. */
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
   * The list or object that a text holds as JSON, or as Python prints it; empty for any other text.
   * Some data sets write their columns so.
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

  /** A record as a line that {@link RecordFile} reads back equal, {@code NaN} among it. */
  public static String line(JsonNode value) {
    return LINES.writeValueAsString(value);
  }

  /** What a text is as JSON; empty where it is none. */
  public static Optional<JsonNode> parsed(String text) {
    try {
      return Optional.of(MAPPER.readTree(text)).filter(value -> !value.isMissingNode());
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** What is wrong with a text, in words, and where in its line. */
  static String fault(JacksonException e) {
    String said = String.valueOf(e.getOriginalMessage());
    String what =
        switch (e) {
          case StreamConstraintsException _ -> limit(said);
          case JacksonException early when endsEarly(early) -> "it ends too early";
          default -> {
            Matcher found = FOUND.matcher(said);
            yield found.lookingAt()
                ? "there should be no '%s'"
                    .formatted(Optional.ofNullable(found.group(1)).orElseGet(() -> found.group(2)))
                : "this is no JSON value";
          }
        };
    int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
    return column > 0 ? String.format(Locale.ROOT, "%s (column %,d)", what, column) : what;
  }

  /** Whether a text would be JSON if it went on. */
  static boolean endsEarly(JacksonException e) {
    return e instanceof UnexpectedEndOfInputException
        || String.valueOf(e.getOriginalMessage()).startsWith("Unexpected end-of-input");
  }

  private static String limit(String said) {
    if (said.contains("Number")) {
      return String.format(Locale.ROOT, "a number has more than %,d digits", MOST_DIGITS);
    }
    if (said.contains("nesting")) {
      return String.format(Locale.ROOT, "it nests more than %,d deep", DEEPEST);
    }
    return String.format(Locale.ROOT, "a text in it has more than %,d characters", LONGEST);
  }
}
