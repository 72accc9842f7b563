package io.braid.math.find;

import io.braid.math.read.Names;
import io.braid.math.read.Units;
import io.braid.math.read.WordLists;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Distinguishes sentences from answers. */
final class Prose {
  private static final WordLists LISTS = WordLists.of(Prose.class);

  private static final int LONGEST_ANSWER = 400;

  private static final Set<String> SHORT = LISTS.set("Prose.SHORT");

  private static final List<String> HOLDING_WORDS =
      List.of("\\text", "\\mbox", "\\mathrm", "\\operatorname", "\\begin{", "\\end{");

  private Prose() {}

  /**
   * Returns whether the text has more words than an answer: several words, or words in addition to
   * digits.
   */
  static boolean is(String text) {
    if (text.length() > LONGEST_ANSWER || text.contains("\n\n")) {
      return true;
    }
    String outside = withoutText(text);
    boolean formula = text.indexOf('\\') >= 0 || text.indexOf('^') >= 0 || text.indexOf('=') >= 0;
    int words = 0;
    boolean digits = false;
    int at = 0;
    while (at < outside.length()) {
      char c = outside.charAt(at);
      int end = at + 1;
      if (c == '\\') {
        end = letters(outside, end);
      } else if (Character.isLetter(c)) {
        end = letters(outside, at);
        words += isWord(outside.substring(at, end), formula) ? 1 : 0;
      } else {
        digits |= Character.isDigit(c);
      }
      at = end;
    }
    return words > 3 || words > 0 && digits;
  }

  private static int letters(String text, int from) {
    int end = from;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /**
   * Returns whether consecutive letters are a word; in a formula, a short sequence of letters is a
   * product.
   */
  private static boolean isWord(String run, boolean formula) {
    String lower = run.toLowerCase(Locale.ROOT);
    boolean known =
        Units.isUnit(lower)
            || Names.FUNCTIONS.containsKey(lower)
            || lower.equals("sqrt")
            || lower.equals("cbrt")
            || lower.equals("infinity")
            || lower.equals("和")
            || lower.equals("或");
    return !known
        && (run.length() > 3
            || !formula && SHORT.contains(lower)
            || run.charAt(0) > 'ω' && Character.isLetter(run.charAt(0)));
  }

  /** Returns the text without the content of text commands. */
  private static String withoutText(String text) {
    StringBuilder outside = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int command = nextText(text, at);
      int open = command < 0 ? -1 : text.indexOf('{', command);
      int close = open < 0 ? -1 : text.indexOf('}', open);
      if (close < 0) {
        return outside.append(text, at, text.length()).toString();
      }
      outside.append(text, at, command).append(' ');
      at = close + 1;
    }
    return outside.toString();
  }

  private static int nextText(String text, int from) {
    int first = -1;
    for (String command : HOLDING_WORDS) {
      int at = text.indexOf(command, from);
      first = at >= 0 && (first < 0 || at < first) ? at : first;
    }
    return first;
  }
}
