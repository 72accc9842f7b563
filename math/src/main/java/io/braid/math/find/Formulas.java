package io.braid.math.find;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the formulas in a text, between TeX's delimiters. */
final class Formulas {
  private static final int LONGEST = 2000;

  private Formulas() {}

  /**
   * The position of a formula.
   *
   * @param start start of its opening delimiter
   * @param end the position after its closing sign
   * @param content the text between the signs
   */
  record Span(int start, int end, String content) {}

  /** Returns all closed formulas in their order, found in one pass. */
  static List<Span> in(String text) {
    List<Span> spans = new ArrayList<>();
    Set<String> unclosed = new HashSet<>();
    int at = 0;
    while (at < text.length()) {
      String close = closing(text, at);
      int from = at + close.length();
      boolean opens = !close.isEmpty() && !unclosed.contains(close);
      int end = opens ? closed(text, close, from) : -1;
      if (opens && end < 0) {
        unclosed.add(close);
      }
      boolean holds =
          end >= 0
              && end - from <= LONGEST
              && !isAmount(text, close, end)
              && !text.substring(from, end).isBlank();
      if (holds) {
        spans.add(new Span(at, end + close.length(), text.substring(from, end)));
        at = end + close.length();
      } else {
        at += text.charAt(at) == '\\' ? 2 : Math.max(1, close.length());
      }
    }
    return spans;
  }

  /**
   * Returns the formulas that are not prose; text between two dollar amounts looks like a formula.
   */
  static List<Span> readable(String text) {
    return in(text).stream().filter(span -> !Prose.is(span.content())).toList();
  }

  /** Returns the content of a formula, including a percent sign after it. */
  static String withPercent(String text, Span span) {
    String rest = text.substring(span.end()).stripLeading();
    boolean percent = rest.startsWith("%") || rest.startsWith("\\%");
    return span.content() + (percent ? "\\%" : "");
  }

  /**
   * Returns the formulas at the start of the text, joined as one answer if only "and" or "or" is
   * between them.
   */
  static Optional<String> leading(String rest) {
    List<Span> spans = in(rest);
    int start = rest.length() - rest.stripLeading().length();
    if (spans.isEmpty()
        || spans.getFirst().start() != start
        || Prose.is(spans.getFirst().content())) {
      return Optional.empty();
    }
    StringBuilder joined = new StringBuilder(withPercent(rest, spans.getFirst()));
    int end = spans.getFirst().end();
    for (Span span : spans.subList(1, spans.size())) {
      if (!Boxes.isLink(rest.substring(end, span.start()))) {
        break;
      }
      joined.append(" \\text{and} ").append(span.content());
      end = span.end();
    }
    return Optional.of(joined.toString());
  }

  /**
   * Returns the last formula, including the formulas before it that are separated from it only by
   * "and" or "or".
   */
  static String lastOf(String text, List<Span> formulas) {
    int last = formulas.size() - 1;
    StringBuilder answer = new StringBuilder(withPercent(text, formulas.get(last)));
    for (int i = last; i > 0 && i > last - 20; i--) {
      String between = text.substring(formulas.get(i - 1).end(), formulas.get(i).start());
      if (!Boxes.isLink(between)) {
        break;
      }
      answer.insert(0, formulas.get(i - 1).content() + " \\text{and} ");
    }
    return answer.toString();
  }

  /**
   * Returns whether the sign that would close a formula begins a dollar amount, {@code $4 + $5}.
   */
  private static boolean isAmount(String text, String close, int end) {
    return close.equals("$") && end + 1 < text.length() && Character.isDigit(text.charAt(end + 1));
  }

  /** Returns the position of the closing sign; an escaped dollar sign does not close a formula. */
  private static int closed(String text, String close, int from) {
    int end = text.indexOf(close, from);
    while (end > 0 && close.equals("$") && text.charAt(end - 1) == '\\') {
      end = text.indexOf(close, end + 1);
    }
    return end;
  }

  /** Returns the sign that closes the formula that opens here; empty if none does. */
  private static String closing(String text, int at) {
    if (text.startsWith("$$", at)) {
      return "$$";
    }
    if (text.charAt(at) == '$') {
      return "$";
    }
    if (text.startsWith("\\(", at)) {
      return "\\)";
    }
    return text.startsWith("\\[", at) ? "\\]" : "";
  }
}
