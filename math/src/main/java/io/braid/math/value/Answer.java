package io.braid.math.value;

import java.util.List;
import java.util.stream.Collectors;

/** An answer as it was read. */
public sealed interface Answer {
  /**
   * A number, a formula or a matrix.
   *
   * @param expr the expression
   * @param text the expression as it is written
   * @param unit the unit after it, or empty
   */
  record Value(Expr expr, String text, String unit) implements Answer {}

  /**
   * Text that is not mathematics.
   *
   * @param text the letters and digits of the text, in lower case if it is prose
   */
  record Words(String text) implements Answer {}

  /**
   * A multiple-choice option.
   *
   * @param letter its letter
   * @param text its text, or empty
   */
  record Choice(char letter, String text) implements Answer {}

  /** A point, a vector in brackets or an interval. */
  record Tuple(String open, List<Answer> items, String close) implements Answer {}

  /**
   * Several answers in any order.
   *
   * @param items the answers
   * @param link what joins them
   */
  record Listing(List<Answer> items, Link link) implements Answer {}

  /** How the items of a list are joined. */
  enum Link {
    /** Commas, semicolons or the word "and". */
    AND,
    /** The word "or", or a plus-minus sign. */
    OR,
    /** Commas in plain TeX braces, which are not printed. */
    GROUP,
    /** Commas in printed braces. */
    SET
  }

  /**
   * A chain of relations, {@code a = b ≤ c}.
   *
   * @param sides two or more
   * @param signs the relations between neighbouring sides, one fewer than sides
   */
  record Relation(List<Answer> sides, List<String> signs) implements Answer {}

  /**
   * A ratio, {@code 3:5}, or a time of day.
   *
   * @param terms two or more
   * @param clock whether it may be a time
   * @param unit the letters after it, or empty
   */
  record Ratio(List<Expr> terms, boolean clock, String unit) implements Answer {}

  /**
   * Sets joined by set operators, {@code [0,1) ∪ (2,3)}.
   *
   * @param parts two or more
   * @param signs the operators between neighbouring parts (∪, ∩ or ∖), one fewer than parts
   */
  record Combined(List<Answer> parts, List<String> signs) implements Answer {}

  /** Returns a human-readable description of how the text was read. */
  default String reading() {
    return switch (this) {
      case Value(Expr expr, String text, String unit) ->
          (expr instanceof Expr.Matrix ? "matrix " : "")
              + text
              + (unit.isEmpty() ? "" : " with unit " + unit);
      case Words(String text) -> "text \"" + text + "\"";
      case Choice(char letter, String text) ->
          "choice " + letter + (text.isEmpty() ? "" : " \"" + text + "\"");
      case Tuple(String open, List<Answer> items, String close) ->
          "tuple or interval " + open + joined(items, ", ") + close;
      case Listing(List<Answer> items, Link link) ->
          (link == Link.SET ? "set" : link == Link.OR ? "one of" : "list")
              + " {"
              + joined(items, "; ")
              + "}";
      case Relation(List<Answer> sides, List<String> signs) -> alternating(sides, signs);
      case Ratio(List<Expr> terms, boolean clock, _) ->
          (clock ? "time or ratio" : "ratio") + " of " + terms.size() + " terms";
      case Combined(List<Answer> parts, List<String> signs) -> alternating(parts, signs);
    };
  }

  private static String joined(List<Answer> items, String by) {
    return items.stream().map(Answer::reading).collect(Collectors.joining(by));
  }

  private static String alternating(List<Answer> parts, List<String> signs) {
    StringBuilder text = new StringBuilder(parts.getFirst().reading());
    for (int i = 0; i < signs.size(); i++) {
      text.append(' ').append(signs.get(i)).append(' ').append(parts.get(i + 1).reading());
    }
    return text.toString();
  }
}
