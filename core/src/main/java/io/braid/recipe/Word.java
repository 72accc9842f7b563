package io.braid.recipe;

import io.braid.Doc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Converts the text of a one-word setting to a value.
 *
 * <p>Only the text counts, not its YAML type, so {@code 1e-6} is a number and {@code version: 1.10}
 * keeps its zero.
 *
 * @param wanted description of valid values for error messages
 * @param schemaTypes types in JSON Schema
 * @param read converts the text; throws {@link IllegalArgumentException} or {@link
 *     ArithmeticException}
 */
record Word(String wanted, List<String> schemaTypes, Function<Node.Scalar, Object> read) {
  private static final Word INT =
      plain("a whole number below 2^31", "integer", text -> number(text).intValueExact());
  private static final Word LONG =
      plain("a whole number", "integer", text -> number(text).longValueExact());
  private static final Word DOUBLE = plain("a number", "number", Word::real);
  private static final Word BOOLEAN = plain("true or false", "boolean", Word::truth);
  private static final Word TEXT = plain("text", "string", text -> text);
  private static final Word PATH = plain("a path", "string", Path::of);
  private static final Word NEARBY =
      new Word("a path", List.of("string"), node -> new NearbyPath(node.place(), node.text()));
  private static final Word OVERLAY =
      new Word("key=value", List.of("string"), node -> new Overlay(node.place(), node.text()));

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
          Map.entry(NearbyPath.class, NEARBY),
          Map.entry(Overlay.class, OVERLAY));

  private static Word plain(String wanted, String schemaType, Function<String, Object> read) {
    return new Word(wanted, List.of(schemaType), node -> read.apply(node.text()));
  }

  static Optional<Word> of(Class<?> type) {
    return Optional.ofNullable(WORDS.get(type)).or(() -> readingItself(type));
  }

  /**
   * Returns the conversion of a type with a static {@code parse(String)}; its {@link Doc} describes
   * valid values.
   */
  private static Optional<Word> readingItself(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.getName().equals("parse"))
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}))
        .filter(method -> method.getReturnType() == type)
        .findAny()
        .map(parse ->
            new Word(
                Optional.ofNullable(type.getAnnotation(Doc.class)).map(Doc::value).orElse("a word"),
                List.of("number", "string"),
                node -> invoke(parse, node.text())));
  }

  private static Object invoke(Method parse, String text) {
    try {
      return parse.invoke(null, text);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("cannot read '" + text + "' by " + parse, e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(parse + " is not public", e);
    }
  }

  /**
   * Accepts {@code 1e6} and {@code 1_000_000}. BigDecimal's exact conversions to integers reject
   * fractions at little cost.
   */
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
