package io.braid.verify.math;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The formulas in a text: what stands between TeX's signs for them. */
final class Formulas {
  private static final int LONGEST = 2000;

  private Formulas() {}

  /**
   * A formula's place.
   *
   * @param start where its opening sign begins
   * @param end behind its closing sign
   * @param content what it holds
   */
  record Span(int start, int end, String content) {}

  /** All formulas that are closed, in their order, in one pass. */
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
      if (end >= 0 && end - from <= LONGEST && !text.substring(from, end).isBlank()) {
        spans.add(new Span(at, end + close.length(), text.substring(from, end)));
        at = end + close.length();
      } else {
        at += text.charAt(at) == '\\' ? 2 : Math.max(1, close.length());
      }
    }
    return spans;
  }

  /** Where it is closed; a dollar sign behind a backslash is an amount's. */
  private static int closed(String text, String close, int from) {
    int end = text.indexOf(close, from);
    while (end > 0 && close.equals("$") && text.charAt(end - 1) == '\\') {
      end = text.indexOf(close, end + 1);
    }
    return end;
  }

  /** The sign that closes what is opened here, or nothing. */
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
