package io.braid.math.read;

import io.braid.math.value.Expr;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Answers in words. */
public final class WordText {
  private static final WordLists LISTS = WordLists.of(WordText.class);

  private static final List<String> NUMBERS = LISTS.list("WordText.NUMBERS");

  private static final Pattern COMMAND = Pattern.compile("\\\\[a-zA-Z]+");

  /**
   * Commands that set the size of a fraction or a binomial and do not change the meaning, such as
   * {@code \dfrac}.
   */
  private static final Pattern STYLE = Pattern.compile("\\\\[dtc](frac|binom)(?![a-zA-Z])");

  private WordText() {}

  /**
   * Returns only the words, in lower case. Formulas that are not understood keep their case and
   * signs.
   */
  public static String key(String given) {
    StringBuilder key = new StringBuilder();
    String text = STYLE.matcher(given).replaceAll("\\\\$1");
    boolean formula =
        text.chars().anyMatch(c -> "\\^_=+*/".indexOf(c) >= 0 || c >= '0' && c <= '9');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (formula) {
        boolean silent = Character.isWhitespace(c);
        key.append(silent ? partsDigits(text, i) ? " " : "" : String.valueOf(c));
      } else if (Character.isLetterOrDigit(c) || c == '∅') {
        key.append(c);
      } else if (!key.isEmpty() && key.charAt(key.length() - 1) != ' ') {
        key.append(' ');
      }
    }
    String result = key.toString().strip();
    return formula ? withoutSpareBraces(result) : result.toLowerCase(Locale.ROOT);
  }

  /** Removes braces around one character or one command: {@code x^{2}} becomes {@code x^2}. */
  private static String withoutSpareBraces(String text) {
    StringBuilder plain = new StringBuilder();
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped = i > 0 && text.charAt(i - 1) == '\\';
      if (c == '{' && !escaped) {
        open.push(plain.length());
      }
      if (c != '}' || escaped || open.isEmpty()) {
        plain.append(c);
        continue;
      }
      int start = open.pop();
      String held = plain.substring(start + 1);
      if (held.length() < 2 || COMMAND.matcher(held).matches()) {
        plain.deleteCharAt(start);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  /** Returns whether a space separates two digits: {@code 1 2} is not 12. */
  private static boolean partsDigits(String text, int at) {
    return at > 0
        && at + 1 < text.length()
        && Character.isDigit(text.charAt(at - 1))
        && Character.isDigit(text.charAt(at + 1));
  }

  /** Returns the factor that a word after a number stands for: {@code million}. */
  public static Optional<Expr.Num> multiplier(String word) {
    return switch (word) {
      case "thousand" -> Optional.of(Expr.Num.of(1_000));
      case "million" -> Optional.of(Expr.Num.of(1_000_000));
      case "billion" -> Optional.of(Expr.Num.of(1_000_000_000));
      case "trillion" -> Optional.of(Expr.Num.of(1_000_000_000_000L));
      default -> Optional.empty();
    };
  }

  /** Returns whether a word names a number, except {@code one}, which is often a pronoun. */
  static boolean isNumber(String word) {
    return !word.equals("one") && NUMBERS.contains(word);
  }

  /** Returns the number that a word names; empty if it names no number. */
  public static Optional<Expr> number(String word) {
    if (word.equals("infinity")) {
      return Optional.of(Expr.Constant.INFINITY);
    }
    int value = NUMBERS.indexOf(word);
    return value < 0 ? Optional.empty() : Optional.of(Expr.Num.of(value));
  }
}
