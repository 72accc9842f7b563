package io.braid.templates.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Python's string functions: strings of code points, with Python's definition of white space and
 * lines.
 */
final class PythonText {
  private PythonText() {}

  static boolean isSpace(int c) {
    return (c >= 0x09 && c <= 0x0d)
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  static int length(String text) {
    Work.spendOn(text);
    return text.codePointCount(0, text.length());
  }

  /** Returns the characters as strings of length one. */
  static List<Value> characters(String text) {
    Work.spend(text.length());
    return text.codePoints().mapToObj(c -> (Value) new Value.Text(Character.toString(c))).toList();
  }

  static String strip(String text) {
    return stripRight(stripLeft(text));
  }

  static String stripLeft(String text) {
    int from = 0;
    while (from < text.length() && isSpace(text.charAt(from))) {
      from++;
    }
    return text.substring(from);
  }

  static String stripRight(String text) {
    int to = text.length();
    while (to > 0 && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(0, to);
  }

  /** Strips characters of a set from the left, the right, or both. */
  static String strip(String text, String set, boolean left, boolean right) {
    Work.spend((long) text.length() * set.length() / 256);
    int from = 0;
    int to = text.length();
    while (left && from < to && set.indexOf(text.codePointAt(from)) >= 0) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && set.indexOf(text.codePointBefore(to)) >= 0) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  /** Returns the next index of a piece, or -1, in time linear in the length of the text. */
  static int find(String text, String piece, int from) {
    Work.spend(1 + (text.length() - from) / 256);
    if (piece.length() > text.length() - from) {
      return -1;
    }
    if (piece.length() <= 64) {
      return text.indexOf(piece, from);
    }
    int[] back = borders(piece);
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != piece.charAt(matched)) {
        matched = back[matched - 1];
      }
      if (text.charAt(i) == piece.charAt(matched)) {
        matched++;
      }
      if (matched == piece.length()) {
        return i - matched + 1;
      }
    }
    return -1;
  }

  /** Returns the last index of a piece, or -1. */
  static int findLast(String text, String piece) {
    if (piece.length() <= 64) {
      return text.lastIndexOf(piece);
    }
    int last = -1;
    for (int hit = find(text, piece, 0); hit >= 0; hit = find(text, piece, hit + 1)) {
      last = hit;
    }
    return last;
  }

  /** Returns the table of Knuth, Morris and Pratt: the longest proper border of every prefix. */
  private static int[] borders(String piece) {
    Work.spend(piece.length() / 16);
    int[] borders = new int[piece.length()];
    for (int i = 1, k = 0; i < piece.length(); i++) {
      while (k > 0 && piece.charAt(i) != piece.charAt(k)) {
        k = borders[k - 1];
      }
      if (piece.charAt(i) == piece.charAt(k)) {
        k++;
      }
      borders[i] = k;
    }
    return borders;
  }

  static String replace(String text, String from, String to, long atMost) {
    TextBuilder result = new TextBuilder();
    long left = atMost < 0 ? Long.MAX_VALUE : atMost;
    if (from.isEmpty()) {
      return interleave(text, to, left);
    }
    int at = 0;
    for (int hit = find(text, from, 0); hit >= 0 && left > 0; hit = find(text, from, at)) {
      result.append(text.substring(at, hit)).append(to);
      at = hit + from.length();
      left--;
    }
    return result.append(text.substring(at)).toString();
  }

  private static String interleave(String text, String piece, long atMost) {
    TextBuilder result = new TextBuilder();
    long left = atMost;
    for (int i = 0; i <= text.length(); i += i < text.length() ? step(text, i) : 1) {
      if (left-- > 0) {
        result.append(piece);
      }
      if (i < text.length()) {
        result.appendCodePoint(text.codePointAt(i));
      }
    }
    return result.toString();
  }

  private static int step(String text, int at) {
    return Character.charCount(text.codePointAt(at));
  }

  /** Splits into lines, without their ends, at every line end that Python recognises. */
  static List<String> lines(String text) {
    return lines(text, false);
  }

  /** Splits into lines; {@code ends} keeps the line ends. */
  static List<String> lines(String text, boolean ends) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isLineEnd(c)) {
        int end = i;
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
        add(lines, text.substring(from, ends ? i + 1 : end));
        from = i + 1;
      }
    }
    if (from < text.length()) {
      add(lines, text.substring(from));
    }
    return lines;
  }

  private static boolean isLineEnd(char c) {
    return (c >= 0x0a && c <= 0x0d)
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /** Adds a piece and counts its cost. */
  static void add(List<String> pieces, String piece) {
    Work.spend(1);
    pieces.add(piece);
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    return titleCase(first) + text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
  }

  /** Implements Python's {@code str.title}: a letter after a non-letter becomes a capital. */
  static String title(String text) {
    TextBuilder result = new TextBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      String letter = Character.toString(c);
      result.append(inWord ? letter.toLowerCase(Locale.ROOT) : titleCase(c));
      inWord = Character.isLetter(c);
    }
    return result.toString();
  }

  private static String titleCase(int c) {
    String upper = Character.toString(c).toUpperCase(Locale.ROOT);
    return upper.codePointCount(0, upper.length()) > 1
        ? capitalizeExpanded(upper)
        : Character.toString(Character.toTitleCase(c));
  }

  /**
   * Capitalises a letter whose capital consists of several letters, such as ß; only the first of
   * them stays a capital.
   */
  private static String capitalizeExpanded(String upper) {
    return upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT);
  }

  /** Returns whether the text has cased letters, and all of them are lower case. */
  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  /** Returns whether the text has cased letters, and all of them are upper case. */
  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  /**
   * Returns Python's {@code repr} of a float: the shortest digits that read back as the same
   * number.
   */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = shortest.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = value < 0 ? "-" : "";
    return String.format(
        Locale.ROOT,
        "%s%s%se%s%02d",
        sign,
        digits.charAt(0),
        fraction,
        exponent < 0 ? "-" : "+",
        Math.abs(exponent));
  }

  /** Returns Python's {@code repr} of a string. */
  static String repr(String text) {
    String quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
    TextBuilder result = new TextBuilder().append(quote);
    text.codePoints().forEach(c -> result.append(escaped(c, quote.charAt(0))));
    return result.append(quote).toString();
  }

  private static String escaped(int c, char quote) {
    if (c == quote || c == '\\') {
      return "\\" + Character.toString(c);
    }
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> isPrintable(c) ? Character.toString(c) : code(c);
    };
  }

  private static String code(int c) {
    if (c <= 0xff) {
      return "\\x%02x".formatted(c);
    }
    return c <= 0xffff ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c);
  }

  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
