package io.braid.run;

import io.braid.objective.loss.Beta;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A setting of one word: how it is read from its text.
 *
 * <p>The text decides, not what YAML takes it for, so that {@code 1e-6} is a number and {@code
 * version: 1.10} keeps its zero.
 *
 * @param wanted what an error asks for
 * @param schemaTypes its JSON Schema types
 * @param read the value; throws {@link IllegalArgumentException} or {@link ArithmeticException}
 */
record Word(String wanted, List<String> schemaTypes, Function<String, Object> read) {
  private static final Word INT =
      new Word(
          "a whole number below 2^31", List.of("integer"), text -> number(text).intValueExact());
  private static final Word LONG =
      new Word("a whole number", List.of("integer"), text -> number(text).longValueExact());
  private static final Word DOUBLE = new Word("a number", List.of("number"), Word::real);
  private static final Word BOOLEAN = new Word("true or false", List.of("boolean"), Word::truth);
  private static final Word TEXT = new Word("text", List.of("string"), text -> text);
  private static final Word PATH = new Word("a path", List.of("string"), Path::of);

  private static final Word BETA =
      new Word("a number above 0, or auto", List.of("number", "string"), Beta::parse);

  private static final Map<Class<?>, Word> WORDS =
      Map.ofEntries(
          Map.entry(int.class, INT),
          Map.entry(Integer.class, INT),
          Map.entry(long.class, LONG),
          Map.entry(Long.class, LONG),
          Map.entry(double.class, DOUBLE),
          Map.entry(Double.class, DOUBLE),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(String.class, TEXT),
          Map.entry(Path.class, PATH),
          Map.entry(Beta.class, BETA));

  static Optional<Word> of(Class<?> type) {
    return Optional.ofNullable(WORDS.get(type));
  }

  /** Accepts {@code 1e6} and {@code 1_000_000}. Its exact conversions refuse fractions cheaply. */
  private static BigDecimal number(String text) {
    return new BigDecimal(text.replaceAll("(?<=\\d)_(?=\\d)", ""));
  }

  private static Object real(String text) {
    return switch (text) {
      case ".inf", "Infinity" -> Double.POSITIVE_INFINITY;
      case "-.inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
      case ".nan", "NaN" -> Double.NaN;
      default -> number(text).doubleValue();
    };
  }

  private static Object truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }
}
