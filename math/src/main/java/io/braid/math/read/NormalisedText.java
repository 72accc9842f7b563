package io.braid.math.read;

import java.util.Map;
import java.util.Set;

/**
 * Normalises the text of an answer: removes what does not change its meaning (dollar signs, TeX
 * spacing, bracket sizes) and gives symbols one spelling.
 */
public final class NormalisedText {
  private static final WordLists LISTS = WordLists.of(NormalisedText.class);

  private static final Set<String> SILENT = LISTS.set("NormalisedText.SILENT");

  /** Commands whose argument is not printed or is not part of the answer. */
  private static final Set<String> UNSEEN = LISTS.set("NormalisedText.UNSEEN");

  /** Commands that set the size of the bracket after them. */
  private static final Set<String> SIZES = LISTS.set("NormalisedText.SIZES");

  /** Characters with an equivalent in TeX or ASCII. */
  private static final Map<Integer, String> SAME =
      Map.ofEntries(
          Map.entry((int) '−', "-"),
          Map.entry((int) '–', "-"),
          Map.entry((int) '—', "-"),
          Map.entry((int) '‐', "-"),
          Map.entry((int) '‑', "-"),
          Map.entry((int) '×', "\\times "),
          Map.entry((int) '·', "\\cdot "),
          Map.entry((int) '⋅', "\\cdot "),
          Map.entry((int) '∙', "\\cdot "),
          Map.entry((int) '÷', "\\div "),
          Map.entry((int) '∕', "/"),
          Map.entry((int) '⁄', "/"),
          Map.entry((int) 'π', "\\pi "),
          Map.entry((int) '√', "\\sqrt "),
          Map.entry((int) '∛', "\\sqrt[3] "),
          Map.entry((int) '∞', "\\infty "),
          Map.entry((int) '≤', "\\le "),
          Map.entry((int) '⩽', "\\le "),
          Map.entry((int) '≥', "\\ge "),
          Map.entry((int) '⩾', "\\ge "),
          Map.entry((int) '≠', "\\ne "),
          Map.entry((int) '≈', "\\approx "),
          Map.entry((int) '∪', "\\cup "),
          Map.entry((int) '∩', "\\cap "),
          Map.entry((int) '∈', "\\in "),
          Map.entry((int) '±', "\\pm "),
          Map.entry((int) '∓', "\\mp "),
          Map.entry((int) '∅', "\\emptyset "),
          Map.entry((int) 'ℝ', "\\mathbb{R}"),
          Map.entry((int) 'ℤ', "\\mathbb{Z}"),
          Map.entry((int) '∖', "\\setminus "),
          Map.entry((int) 'º', "°"),
          Map.entry((int) '˚', "°"),
          Map.entry((int) '℃', "°C"),
          Map.entry((int) '½', "\\frac{1}{2}"),
          Map.entry((int) '¼', "\\frac{1}{4}"),
          Map.entry((int) '¾', "\\frac{3}{4}"),
          Map.entry((int) '⅓', "\\frac{1}{3}"),
          Map.entry((int) '⅔', "\\frac{2}{3}"),
          Map.entry((int) '’', "'"),
          Map.entry((int) '′', "'"),
          Map.entry((int) '‘', "'"),
          Map.entry((int) '“', "\""),
          Map.entry((int) '”', "\""),
          Map.entry((int) '、', ","),
          Map.entry((int) '。', "."),
          Map.entry((int) '⌊', "\\lfloor "),
          Map.entry((int) '⌋', "\\rfloor "),
          Map.entry((int) '⌈', "\\lceil "),
          Map.entry((int) '⌉', "\\rceil "),
          Map.entry((int) '⟨', "\\langle "),
          Map.entry((int) '⟩', "\\rangle "),
          Map.entry((int) '\u00a0', " "),
          Map.entry((int) '\u202f', " "),
          Map.entry((int) '\u2009', " "),
          Map.entry((int) '\u200b', ""),
          Map.entry((int) '\ufeff', ""),
          Map.entry((int) '٪', "%"));

  /** Commands for the words between answers. */
  private static final Map<String, String> LINKS =
      Map.of("lor", " or ", "vee", " or ", "land", " and ", "wedge", " and ");

  private static final String CURRENCY = "€£¥₹";

  private static final String ON_THE_LINE = "0123456789+-n";
  private static final String LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋ₙ";
  private static final String RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ";

  private final String text;
  private final StringBuilder normalised = new StringBuilder();
  private int at;

  private NormalisedText(String text) {
    this.text = text;
  }

  /** Returns the normalised text, which is at most a few times as long as the given text. */
  public static String of(String answer) {
    return new NormalisedText(answer).run();
  }

  private String run() {
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (c == '\\') {
        backslash();
      } else if (c == '{' && text.startsWith("{,}", at)) {
        separator();
      } else if (c == '*' && text.startsWith("**", at)) {
        stars();
      } else if (LOWERED.indexOf(c) >= 0 || RAISED.indexOf(c) >= 0) {
        shifted(LOWERED.indexOf(c) >= 0 ? LOWERED : RAISED);
      } else {
        at += Character.charCount(c);
        plain(c);
      }
    }
    return withoutEnd(normalised.toString().strip());
  }

  /** Reads consecutive subscript or superscript characters as one index or power. */
  private void shifted(String signs) {
    normalised.append(signs.equals(LOWERED) ? "_{" : "^{");
    while (at < text.length() && signs.indexOf(text.charAt(at)) >= 0) {
      normalised.append(ON_THE_LINE.charAt(signs.indexOf(text.charAt(at++))));
    }
    normalised.append('}');
  }

  private void plain(int c) {
    String same = SAME.get(c);
    if (same != null) {
      normalised.append(same);
    } else if (c == '$' || c == '~' || CURRENCY.indexOf(c) >= 0 || Character.isWhitespace(c)) {
      normalised.append(' ');
    } else if (c >= 0xff01 && c <= 0xff5e) {
      normalised.append((char) (c - 0xff01 + '!'));
    } else if (Character.isDigit(c)) {
      normalised.append(Character.digit(c, 10));
    } else {
      normalised.appendCodePoint(c);
    }
  }

  /**
   * Reads a comma in braces: {@code 14{,}916} has a thousands separator, {@code 2{,}5} has a
   * decimal comma.
   */
  private void separator() {
    at += 3;
    int digits = digitsAhead();
    normalised.append(digits == 0 ? "," : digits == 3 ? "" : ".");
  }

  /** Returns the number of digits from here, up to four. */
  private int digitsAhead() {
    int digits = 0;
    while (at + digits < text.length()
        && digits < 4
        && Character.isDigit(text.charAt(at + digits))) {
      digits++;
    }
    return digits;
  }

  /** Reads two stars: a power, as programs write it, or bold type. */
  private void stars() {
    boolean between =
        at > 0
            && at + 2 < text.length()
            && (Character.isLetterOrDigit(text.charAt(at - 1)) || text.charAt(at - 1) == ')')
            && (Character.isLetterOrDigit(text.charAt(at + 2))
                || "(-".indexOf(text.charAt(at + 2)) >= 0);
    normalised.append(between ? '^' : ' ');
    at += 2;
  }

  private void backslash() {
    if (at + 1 == text.length()) {
      at++;
      return;
    }
    char next = text.charAt(at + 1);
    if (Character.isLetter(next)) {
      command(at + 1);
      return;
    }
    if (next == '\\') {
      doubled();
      return;
    }
    at += 2;
    switch (next) {
      case '!' -> joined();
      case ',', ';', ':', ' ', '>', '/', '(', ')', '[', ']', '$', '\n', '\t', '"' ->
          normalised.append(' ');
      case '%', '#', '_' -> normalised.append(next);
      case '&' -> normalised.append(" and ");
      case '{', '}', '|' -> normalised.append('\\').append(next);
      default -> normalised.append(next);
    }
  }

  /** Joins the text before and after {@code \!}: {@code 1,\!000} is a number. */
  private void joined() {
    int last = normalised.length() - 1;
    if (last < 1
        || normalised.charAt(last) != ','
        || !Character.isDigit(normalised.charAt(last - 1))) {
      return;
    }
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (digitsAhead() == 3) {
      normalised.setLength(last);
    }
  }

  /**
   * Reads two backslashes: the end of a row, or a backslash that was escaped once too often, {@code
   * \\frac}.
   */
  private void doubled() {
    int end = letters(at + 2);
    if (end > at + 3 && Names.isCommand(text.substring(at + 2, end))) {
      at++;
      return;
    }
    normalised.append("\\\\ ");
    at += 2;
    if (at < text.length() && text.charAt(at) == '[') {
      int close = text.indexOf(']', at);
      at = close > 0 && close < at + 8 ? close + 1 : at;
    }
  }

  private void command(int start) {
    int end = known(start, letters(start));
    String name = text.substring(start, end);
    at = end;
    if (UNSEEN.contains(name)) {
      normalised.append(' ');
      skipGroup();
    } else if (SILENT.contains(name)) {
      normalised.append(SIZES.contains(name) ? "" : " ");
      skipColor(name);
      skipEmptyDelimiter(name);
    } else if (LINKS.containsKey(name)) {
      normalised.append(LINKS.get(name));
    } else {
      normalised.append('\\').append(name);
      normalised.append(at < text.length() && isAsciiLetter(text.charAt(at)) ? " " : "");
    }
  }

  private void skipGroup() {
    if (at >= text.length() || text.charAt(at) != '{') {
      return;
    }
    int open = 0;
    do {
      open += text.charAt(at) == '{' ? 1 : text.charAt(at) == '}' ? -1 : 0;
      at++;
    } while (at < text.length() && open > 0);
  }

  /** Returns the end of the longest known command at the beginning of a sequence of letters. */
  private int known(int start, int end) {
    if (isKnown(text.substring(start, end)) || end - start > 40) {
      return end;
    }
    for (int i = end - 1; i > start + 1; i--) {
      if (isKnown(text.substring(start, i))) {
        return i;
      }
    }
    return end;
  }

  private static boolean isKnown(String name) {
    return SILENT.contains(name)
        || UNSEEN.contains(name)
        || Names.isCommand(name)
        || Names.OTHERS.contains(name);
  }

  /** Skips the name of a colour in braces. */
  private void skipColor(String name) {
    int close = name.endsWith("color") && text.startsWith("{", at) ? text.indexOf('}', at) : -1;
    at = close < 0 ? at : close + 1;
  }

  private void skipEmptyDelimiter(String name) {
    boolean delimiter = name.equals("left") || name.equals("right");
    if (delimiter && at < text.length() && text.charAt(at) == '.') {
      at++;
    }
  }

  private int letters(int from) {
    int end = from;
    while (end < text.length() && isAsciiLetter(text.charAt(end))) {
      end++;
    }
    return Math.max(end, Math.min(from + 1, text.length()));
  }

  private static boolean isAsciiLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static String withoutEnd(String normalised) {
    int end = normalised.length();
    while (end > 0 && ".,;:?\" \\".indexOf(normalised.charAt(end - 1)) >= 0) {
      end--;
    }
    int start = 0;
    while (start < end && ",;:\" ".indexOf(normalised.charAt(start)) >= 0) {
      start++;
    }
    return normalised.substring(start, end);
  }
}
