package io.braid.math.read;

import io.braid.math.read.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a normalised answer into tokens, in one pass and with a limited number of tokens. */
final class Lexer {
  private static final int MOST_TOKENS = 1500;
  private static final int MOST_DIGITS = 1000;

  /** Commands that are recognised without their backslash because they do not look like words. */
  private static final Set<String> GLUED = Set.of("cdot", "leq", "geq", "infty", "neq");

  /** Thousands separated by points, if there are at least two points. */
  private static final Pattern BY_POINTS =
      Pattern.compile("\\d{1,3}(?:\\.\\d{3}){2,20}(?![\\d.,]\\d|\\d)");

  /** Commands that begin a formula even within a text command. */
  private static final Pattern FORMULA = Pattern.compile("\\\\(?:[dtc]?frac|sqrt|pi)(?![a-zA-Z])");

  private final String text;
  private final boolean grouping;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int depth;
  private boolean spaced;

  private Lexer(String text, boolean grouping) {
    this.text = text;
    this.grouping = grouping;
  }

  /**
   * Returns the tokens of a normalised text.
   *
   * @param grouping whether {@code 1,000} is one number outside of brackets
   */
  static List<Token> tokens(String text, boolean grouping) throws UnreadableException {
    Lexer lexer = new Lexer(text, grouping);
    while (lexer.at < text.length()) {
      lexer.next();
      if (lexer.tokens.size() > MOST_TOKENS) {
        throw new UnreadableException("too long");
      }
    }
    return lexer.tokens;
  }

  private void next() throws UnreadableException {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
      spaced = true;
    } else if (isDigit(at) || c == '.' && isDigit(at + 1)) {
      number();
    } else if (isLetter(at)) {
      word();
    } else if (c == '\\') {
      command();
    } else {
      sign(c);
    }
  }

  private void add(Kind kind, String written) {
    tokens.add(new Token(kind, written, spaced));
    spaced = false;
  }

  private boolean isDigit(int i) {
    return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
  }

  private boolean isLetter(int i) {
    if (i >= text.length()) {
      return false;
    }
    char c = text.charAt(i);
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private void number() throws UnreadableException {
    StringBuilder digits = new StringBuilder();
    Matcher points = BY_POINTS.matcher(text).region(at, text.length());
    if (points.lookingAt()) {
      at = points.end();
      add(Kind.NUMBER, points.group().replace(".", ""));
      return;
    }
    digits(digits);
    if (grouping && depth == 0 && !digits.isEmpty() && digits.length() <= 3) {
      groups(digits);
    }
    if (at < text.length() && text.charAt(at) == '.' && isDigit(at + 1)) {
      digits.append('.');
      at++;
      digits(digits);
    } else if (at + 1 < text.length() && text.charAt(at) == '.' && !isLetter(at + 1)) {
      at++; // 5. is 5
      if (text.startsWith("\\overline", at) || text.startsWith("\\dot", at)) {
        digits.append('.');
      }
    }
    exponent(digits);
    if (digits.length() > MOST_DIGITS) {
      throw new UnreadableException("too many digits");
    }
    add(Kind.NUMBER, digits.toString());
  }

  private void digits(StringBuilder digits) {
    while (isDigit(at)) {
      digits.append(text.charAt(at++));
    }
  }

  /** Reads thousands separated by commas, or by spaces if these can mean nothing else. */
  private void groups(StringBuilder digits) {
    char mark = at < text.length() ? text.charAt(at) : 0;
    int end = at;
    while ((mark == ',' || mark == ' ')
        && end < text.length()
        && text.charAt(end) == mark
        && isDigit(end + 1)
        && isDigit(end + 2)
        && isDigit(end + 3)
        && !isDigit(end + 4)) {
      end += 4;
    }
    boolean listed =
        mark == ',' && end < text.length() && text.charAt(end) == ',' && isDigit(end + 1);
    if (!listed && digits.charAt(0) != '0') {
      for (; at < end; at++) {
        if (text.charAt(at) != mark) {
          digits.append(text.charAt(at));
        }
      }
    }
  }

  /**
   * Reads an exponent as in {@code 1e-5}; the 2e in {@code 2ex} or {@code 2e^x} is not an exponent.
   */
  private void exponent(StringBuilder digits) {
    if (at >= text.length() || "eE".indexOf(text.charAt(at)) < 0) {
      return;
    }
    int from = at + 1;
    if (from < text.length() && "+-".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    int end = from;
    while (isDigit(end)) {
      end++;
    }
    boolean signed = from > at + 1;
    boolean summed = signed && digits.indexOf(".") < 0 && digits.length() > 1;
    if (end > from && end - from <= 3 && !isLetter(end) && !summed) {
      digits.append(text, at, end);
      at = end;
    }
  }

  /** Reads {@code per}, or {@code per cent} written as two words. */
  private void per() {
    if (text.startsWith(" cent", at) && !isLetter(at + 5)) {
      at += 5;
      add(Kind.OPERATOR, "%");
    } else {
      add(Kind.WORD, "per");
    }
  }

  private void word() throws UnreadableException {
    int start = at;
    while (isLetter(at)) {
      at++;
    }
    String run = text.substring(start, at);
    String link = run.startsWith("and") ? "and" : run.startsWith("or") ? "or" : "";
    boolean glued = start > 0 && (isDigit(start - 1) || text.charAt(start - 1) == ')');
    if (glued && !link.isEmpty() && run.length() > link.length()) {
      at = start + link.length();
      run = link;
    }
    if (run.length() == 1) {
      add(Kind.SYMBOL, run);
    } else if (isTime(run)) {
      add(Kind.TEXT, run);
    } else if (Names.FUNCTIONS.containsKey(run)) {
      add(Kind.FUNCTION, run);
    } else {
      named(run);
    }
  }

  /**
   * Returns whether the word is a unit of time, {@code 9 min}, and not the minimum or the secant: a
   * number precedes it and no argument follows.
   */
  private boolean isTime(String run) {
    boolean behind = !tokens.isEmpty() && tokens.getLast().is(Kind.NUMBER);
    int next = at;
    while (next < text.length() && text.charAt(next) == ' ') {
      next++;
    }
    boolean argument =
        isLetter(next)
            || isDigit(next)
            || next < text.length() && "({[\\^".indexOf(text.charAt(next)) >= 0;
    return behind && !argument && (run.equals("min") || run.equals("sec"));
  }

  private void named(String run) throws UnreadableException {
    if (GLUED.contains(run)) {
      meaning(run);
      return;
    }
    switch (run) {
      case "pi", "theta", "alpha", "beta", "gamma", "omega", "lambda", "sigma", "mu", "phi" ->
          add(Kind.SYMBOL, "\\" + run);
      case "sqrt", "cbrt" -> add(Kind.COMMAND, run);
      case "inf", "infinity", "oo", "infty" -> add(Kind.SYMBOL, "\\infty");
      case "degrees", "degree", "deg" -> add(Kind.OPERATOR, "°");
      case "percent", "pct", "percentage" -> add(Kind.OPERATOR, "%");
      case "per" -> per();
      default -> function(run);
    }
  }

  /** Splits a function name from the letter after it: {@code sinx} is the sine of x. */
  private void function(String run) {
    for (int length = run.length() - 1; length >= 2; length--) {
      String name = run.substring(0, length);
      boolean argument = run.length() - length == 1;
      if (argument && Names.FUNCTIONS.containsKey(name) && !name.equals("ln")) {
        add(Kind.FUNCTION, name);
        add(Kind.SYMBOL, run.substring(length));
        return;
      }
    }
    add(Kind.WORD, run);
  }

  private void command() throws UnreadableException {
    int start = ++at;
    if (at == text.length()) {
      return;
    }
    if (!isLetter(at)) {
      char c = text.charAt(at++);
      switch (c) {
        case '{' -> open("\\{");
        case '}' -> close("\\}");
        case '|' -> add(Kind.OPERATOR, "|");
        case '\\' -> add(Kind.ROW, "\\\\");
        default -> throw new UnreadableException("\\" + c);
      }
      return;
    }
    while (isLetter(at)) {
      at++;
    }
    meaning(text.substring(start, at));
  }

  private void meaning(String name) throws UnreadableException {
    if (Names.TEXT.contains(name)) {
      inType(name);
    } else if (Names.RELATIONS.containsKey(name)) {
      add(Kind.RELATION, Names.RELATIONS.getOrDefault(name, "="));
    } else if (Names.OPERATORS.containsKey(name)) {
      add(Kind.OPERATOR, Names.OPERATORS.getOrDefault(name, "*"));
    } else if (Names.FUNCTIONS.containsKey(name)) {
      add(Kind.FUNCTION, name);
    } else if (Names.OPEN.containsKey(name)) {
      open(Names.OPEN.getOrDefault(name, "("));
    } else if (Names.CLOSE.containsKey(name)) {
      close(Names.CLOSE.getOrDefault(name, ")"));
    } else if (Names.COMMANDS.contains(name)) {
      add(Kind.COMMAND, name.endsWith("frac") ? "frac" : name.endsWith("binom") ? "binom" : name);
    } else if (Names.ACCENTS.contains(name)) {
      add(Kind.COMMAND, "accent " + name);
    } else if (name.equals("cup") || name.equals("cap")) {
      add(Kind.UNION, name.equals("cup") ? "∪" : "∩");
    } else if (name.equals("begin") || name.equals("end")) {
      environment(name.equals("begin") ? Kind.BEGIN : Kind.END);
    } else {
      add(Kind.SYMBOL, name.equals("varnothing") ? "\\emptyset" : "\\" + name);
    }
  }

  private void environment(Kind kind) throws UnreadableException {
    String name = group().strip();
    if (kind == Kind.BEGIN
        && name.startsWith("array")
        && at < text.length()
        && text.charAt(at) == '{') {
      group();
    }
    add(kind, name);
  }

  /**
   * Reads letters in roman or bold type: a single letter is a symbol, several letters are words.
   */
  private void inType(String name) throws UnreadableException {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at < text.length() && text.charAt(at) != '{') {
      return;
    }
    String raw = group();
    String held = NormalisedText.of(raw).strip();
    boolean text = name.startsWith("text") || name.endsWith("box");
    boolean apart = raw.startsWith(" ") || raw.startsWith("~");
    if (name.equals("mathbb")) {
      add(Kind.SYMBOL, "\\mathbb" + held);
    } else if (!text && !apart && held.length() == 1 && Character.isLetter(held.charAt(0))) {
      add(Kind.SYMBOL, (name.equals("mathbf") && "ijk".contains(held) ? "vector " : "") + held);
    } else if (!text && Names.FUNCTIONS.containsKey(held) && !isTime(held)) {
      add(Kind.FUNCTION, held);
    } else if (!held.isEmpty()
        && (Character.isDigit(held.charAt(0))
            || "(-[".indexOf(held.charAt(0)) >= 0
            || FORMULA.matcher(held).lookingAt())) {
      numberInType(held);
    } else if (!held.isEmpty()) {
      add(Kind.TEXT, raw.endsWith(": ") || raw.endsWith(":") ? held + ":" : held);
    }
  }

  /**
   * Reads the content of a font command: a number becomes a number, any longer remark stays text.
   */
  private void numberInType(String held) {
    try {
      tokens.addAll(tokens(held, grouping));
    } catch (UnreadableException e) {
      add(Kind.TEXT, held);
    }
  }

  /** Returns the content of the braces that begin here. */
  private String group() throws UnreadableException {
    if (at >= text.length() || text.charAt(at) != '{') {
      return "";
    }
    int start = ++at;
    int open = 1;
    while (at < text.length() && open > 0) {
      char c = text.charAt(at++);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
    if (open > 0) {
      return text.substring(start);
    }
    return text.substring(start, at - 1);
  }

  private void open(String written) {
    depth++;
    add(Kind.OPEN, written);
  }

  private void close(String written) {
    depth--;
    add(Kind.CLOSE, written);
  }

  private void sign(char c) throws UnreadableException {
    at++;
    switch (c) {
      case '(', '[', '{' -> open(String.valueOf(c));
      case ')', ']', '}' -> close(String.valueOf(c));
      case ',' -> add(Kind.COMMA, ",");
      case ';' -> add(Kind.SEMICOLON, ";");
      case '&' -> add(Kind.COLUMN, "&");
      case '=' -> add(Kind.RELATION, "=");
      case '<', '>' -> compared(c);
      case '!' -> exclamation();
      case '+', '-', '*', '/', '^', '_', '%', '°', '\'', '|', ':' ->
          add(Kind.OPERATOR, String.valueOf(c));
      default -> other(c);
    }
  }

  private void compared(char c) {
    if (at < text.length() && text.charAt(at) == '=') {
      at++;
      add(Kind.RELATION, c == '<' ? "≤" : "≥");
    } else {
      add(Kind.RELATION, String.valueOf(c));
    }
  }

  private void exclamation() {
    if (at < text.length() && text.charAt(at) == '=') {
      at++;
      add(Kind.RELATION, "≠");
    } else {
      add(Kind.OPERATOR, "!");
    }
  }

  /**
   * Reads a letter from another script: a Greek letter is a symbol, any other letter begins a word.
   */
  private void other(char c) throws UnreadableException {
    if (c >= 'α' && c <= 'ω' || c >= 'Α' && c <= 'Ω') {
      add(Kind.SYMBOL, String.valueOf(c));
      return;
    }
    if (!Character.isLetter(c)) {
      throw new UnreadableException("the sign " + c);
    }
    int start = at - 1;
    while (at < text.length() && Character.isLetter(text.charAt(at)) && !isLetter(at)) {
      at++;
    }
    add(Kind.TEXT, text.substring(start, at));
  }
}
