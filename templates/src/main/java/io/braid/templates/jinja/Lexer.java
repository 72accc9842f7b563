package io.braid.templates.jinja;

import io.braid.templates.jinja.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Splits a template into tokens according to jinja2's rules for white space. The first line end
 * after a block or comment is removed, and so is the indentation before a block or comment, unless
 * it is marked with {@code +}. A {@code -} removes all white space on its side.
 */
final class Lexer {
  private static final Set<String> LONG_OPERATORS = Set.of("**", "//", "==", "!=", "<=", ">=");
  private static final String OPERATORS = "+-/*%~[](){}<>=.:|,;";

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  /** Whether the last token ended its line, so that white space here is indentation. */
  private boolean lineStarts = true;

  private Lexer(String source) {
    String unix = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
  }

  static List<Token> tokens(String source) {
    return new Lexer(source).run();
  }

  private List<Token> run() {
    while (at < source.length()) {
      int tag = nextTag(at);
      if (tag < 0) {
        data(source.substring(at));
        moveTo(source.length());
        break;
      }
      dataBefore(tag);
      switch (source.charAt(tag + 1)) {
        case '#' -> comment();
        case '{' -> inside(Kind.OUTPUT_BEGIN, Kind.OUTPUT_END, "}}");
        default -> {
          if (!raw()) {
            inside(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
          }
        }
      }
    }
    tokens.add(new Token(Kind.END, "", line));
    return tokens;
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Reads the text up to a tag, without the white space that the tag removes. */
  private void dataBefore(int tag) {
    String text = source.substring(at, tag);
    boolean output = source.charAt(tag + 1) == '{';
    data(trimmed(text, sign(tag + 2), output));
    moveTo(tag);
  }

  private String trimmed(String text, char sign, boolean output) {
    if (sign == '-') {
      return PythonText.stripRight(text);
    }
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean indents =
        sign != '+'
            && !output
            && (lineStart > 0 || lineStarts)
            && text.codePoints().skip(lineStart).allMatch(PythonText::isSpace);
    return indents ? text.substring(0, lineStart) : text;
  }

  private char sign(int place) {
    char c = place < source.length() ? source.charAt(place) : ' ';
    return c == '-' || c == '+' ? c : ' ';
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      tokens.add(new Token(Kind.DATA, text, line));
    }
  }

  private void moveTo(int place) {
    if (place > at) {
      lineStarts = source.charAt(place - 1) == '\n';
      line += (int) source.substring(at, place).chars().filter(c -> c == '\n').count();
      at = place;
    }
  }

  private void comment() {
    int start = sign(at + 2) == ' ' ? at + 2 : at + 3;
    int end = source.indexOf("#}", start);
    if (end < 0) {
      throw refusal("a comment is not closed with '#}'");
    }
    char sign = end > start ? sign(end - 1) : ' ';
    moveTo(end);
    closeTag("#}", sign, true);
  }

  /** Skips the end of a tag and the white space that it removes. */
  private void closeTag(String end, char sign, boolean takesLineEnd) {
    int to = at + end.length();
    if (sign == '-') {
      while (to < source.length() && PythonText.isSpace(source.charAt(to))) {
        to++;
      }
    } else if (sign != '+' && takesLineEnd && to < source.length() && source.charAt(to) == '\n') {
      to++;
    }
    moveTo(to);
  }

  /** Reads {@code {% raw %}...{% endraw %}}, if it begins here. */
  private boolean raw() {
    int word = skipSpace(sign(at + 2) == ' ' ? at + 2 : at + 3);
    if (!source.startsWith("raw", word)) {
      return false;
    }
    int close = skipSpace(word + 3);
    char sign = close < source.length() && source.charAt(close) == '-' ? '-' : ' ';
    int end = sign == '-' ? close + 1 : close;
    if (!source.startsWith("%}", end)) {
      return false;
    }
    moveTo(end);
    closeTag("%}", sign, false);
    for (int tag = source.indexOf("{%", at); tag >= 0; tag = source.indexOf("{%", tag + 2)) {
      int name = skipSpace(sign(tag + 2) == ' ' ? tag + 2 : tag + 3);
      if (source.startsWith("endraw", name)) {
        int last = skipSpace(name + 6);
        char lastSign = sign(last);
        int stop = lastSign == ' ' ? last : last + 1;
        if (source.startsWith("%}", stop)) {
          data(trimmed(source.substring(at, tag), sign(tag + 2), false));
          moveTo(stop);
          closeTag("%}", lastSign, true);
          return true;
        }
      }
    }
    throw refusal("'raw' is not closed with '{% endraw %}'");
  }

  private int skipSpace(int from) {
    int to = from;
    while (to < source.length() && PythonText.isSpace(source.charAt(to))) {
      to++;
    }
    return to;
  }

  /** Reads a tag from its beginning to its end. */
  private void inside(Kind begin, Kind end, String closing) {
    tokens.add(new Token(begin, source.substring(at, at + 2), line));
    moveTo(sign(at + 2) == ' ' ? at + 2 : at + 3);
    Deque<String> open = new ArrayDeque<>();
    while (true) {
      moveTo(skipSpace(at));
      if (at >= source.length()) {
        throw refusal("a tag is not closed with '" + closing + "'");
      }
      if (open.isEmpty() && closes(closing, end == Kind.BLOCK_END)) {
        char sign = sign(at);
        tokens.add(new Token(end, closing, line));
        moveTo(sign == ' ' ? at : at + 1);
        closeTag(closing, sign, end == Kind.BLOCK_END);
        return;
      }
      token(open);
    }
  }

  private boolean closes(String closing, boolean block) {
    char sign = sign(at);
    return source.startsWith(closing, at)
        || ((sign == '-' || (sign == '+' && block)) && source.startsWith(closing, at + 1));
  }

  private void token(Deque<String> open) {
    char c = source.charAt(at);
    if (c >= '0' && c <= '9') {
      number();
    } else if (c == '_' || Character.isUnicodeIdentifierStart(source.codePointAt(at))) {
      int end = at;
      while (end < source.length()
          && (source.charAt(end) == '_'
              || Character.isUnicodeIdentifierPart(source.codePointAt(end)))) {
        end += Character.charCount(source.codePointAt(end));
      }
      add(Kind.NAME, end);
    } else if (c == '\'' || c == '"') {
      string(c);
    } else {
      operator(open);
    }
  }

  private void add(Kind kind, int end) {
    tokens.add(new Token(kind, source.substring(at, end), line));
    moveTo(end);
  }

  private void number() {
    int end = digits(at);
    boolean real = false;
    // After a dot comes the index of an entry: x.0.1 contains no decimal fraction.
    if (source.charAt(at - 1) == '.') {
      add(Kind.WHOLE, Math.min(end, at + 9));
      return;
    }
    if (end + 1 < source.length() && source.charAt(end) == '.' && isDigit(end + 1)) {
      end = digits(end + 1);
      real = true;
    }
    if (end < source.length() && (source.charAt(end) | 0x20) == 'e') {
      int exponent = sign(end + 1) == ' ' ? end + 1 : end + 2;
      if (isDigit(exponent)) {
        end = digits(exponent);
        real = true;
      }
    }
    String text = source.substring(at, end);
    if (text.contains("_") || text.length() > 300 || (!real && !isLong(text))) {
      throw refusal("the number '" + text + "' is not supported");
    }
    if (!real && text.length() > 1 && text.startsWith("0")) {
      throw refusal("the number '" + text + "' begins with a zero");
    }
    add(real ? Kind.REAL : Kind.WHOLE, end);
  }

  private static boolean isLong(String digits) {
    return new BigInteger(digits).bitLength() < Long.SIZE;
  }

  private boolean isDigit(int place) {
    return place < source.length() && source.charAt(place) >= '0' && source.charAt(place) <= '9';
  }

  private int digits(int from) {
    int to = from;
    while (isDigit(to) || (to < source.length() && source.charAt(to) == '_')) {
      to++;
    }
    return to;
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw refusal("a string is not closed with " + quote);
    }
    String meaning;
    try {
      meaning = Escapes.undo(source.substring(at + 1, end));
    } catch (Refusal e) {
      throw refusal(String.valueOf(e.getMessage()));
    }
    tokens.add(new Token(Kind.STRING, meaning, line));
    moveTo(end + 1);
  }

  private void operator(Deque<String> open) {
    String two = source.substring(at, Math.min(source.length(), at + 2));
    String operator = LONG_OPERATORS.contains(two) ? two : two.substring(0, 1);
    if (operator.length() == 1 && OPERATORS.indexOf(operator) < 0) {
      throw refusal(
          "the character '"
              + Character.toString(source.codePointAt(at))
              + "' has no meaning in a tag");
    }
    switch (operator) {
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "{" -> open.push("}");
      case ")", "]", "}" -> {
        if (open.isEmpty() || !open.pop().equals(operator)) {
          throw refusal("'" + operator + "' closes nothing that is open");
        }
      }
      default -> {}
    }
    add(Kind.OPERATOR, at + operator.length());
  }

  private SyntaxError refusal(String message) {
    return new SyntaxError(message, line);
  }
}
