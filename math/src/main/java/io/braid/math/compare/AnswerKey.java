package io.braid.math.compare;

import io.braid.math.value.Answer;
import io.braid.math.value.Answer.Link;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Exact;
import io.braid.math.value.Expr;
import io.braid.math.value.Points;
import io.braid.math.value.Rational;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Computes a key for an answer: the exact value of a rational number, the value of any other number
 * rounded to ten digits, or the values of a formula at a few points.
 */
public final class AnswerKey {
  private static final int LONGEST = 400;
  private static final int POINTS = 3;

  private AnswerKey() {}

  /**
   * Computes the key for an answer. Equal answers have equal keys in most cases; a key has at most
   * about 400 characters.
   */
  public static String of(Answer answer) {
    String key = key(answer);
    return key.length() <= LONGEST ? key : key.substring(0, LONGEST) + "#" + key.hashCode();
  }

  private static String key(Answer answer) {
    return switch (answer) {
      case Answer.Value(Expr expr, String text, _) -> value(expr, text);
      case Answer.Words(String text) -> text;
      case Answer.Choice(char letter, _) -> String.valueOf(letter);
      case Answer.Tuple(String open, List<Answer> items, String close) ->
          open + items.stream().map(AnswerKey::key).collect(Collectors.joining(",")) + close;
      case Answer.Listing(List<Answer> items, Link link) -> {
        Stream<String> keys = items.stream().map(AnswerKey::key);
        yield (link == Link.SET ? keys.distinct() : keys)
            .sorted()
            .collect(Collectors.joining(", "));
      }
      case Answer.Relation relation ->
          Equations.value(relation)
              .map(AnswerKey::key)
              .orElseGet(() -> joined(relation.sides(), relation.signs()));
      case Answer.Ratio(List<Expr> terms, _, _) ->
          terms.stream().map(term -> value(term, "")).collect(Collectors.joining(":"));
      case Answer.Combined(List<Answer> parts, List<String> signs) -> joined(parts, signs);
    };
  }

  private static String joined(List<Answer> parts, List<String> signs) {
    StringBuilder text = new StringBuilder(key(parts.getFirst()));
    for (int i = 0; i < signs.size(); i++) {
      text.append(signs.get(i)).append(key(parts.get(i + 1)));
    }
    return text.toString();
  }

  private static String value(Expr written, String text) {
    Expr expr =
        written instanceof Expr.Percent(Expr of)
            ? of
            : written instanceof Expr.Degrees(Expr of) ? of : written;
    if (expr instanceof Expr.Matrix(List<List<Expr>> rows)) {
      return rows.stream()
          .map(row -> row.stream().map(e -> value(e, "")).collect(Collectors.joining(",")))
          .collect(Collectors.joining(";", "[", "]"));
    }
    if (expr instanceof Expr.Based(String digits, Rational number)) {
      return digits + " for " + number;
    }
    Optional<Rational> exact = Exact.value(expr);
    if (exact.isPresent()) {
      return exact.get().toString();
    }
    var variables = Equivalence.variables(expr);
    Stream<Map<String, Rational>> points =
        variables.isEmpty() ? Stream.of(Map.of()) : Points.of(variables).stream().limit(POINTS);
    String values = points.map(point -> rounded(expr, point)).collect(Collectors.joining(" "));
    if (values.isBlank()) {
      return text;
    }
    return variables.isEmpty() ? values : "f(" + values + ")";
  }

  private static String rounded(Expr expr, Map<String, Rational> point) {
    return Equivalence.complex(expr, point)
        .map(value ->
            rounded(value.re())
                + (Math.abs(value.im()) < 1e-12 ? "" : " " + rounded(value.im()) + "i"))
        .orElse("");
  }

  private static String rounded(double value) {
    return Math.abs(value) < 1e-12 ? "0" : String.format(Locale.ROOT, "%.9e", value);
  }
}
