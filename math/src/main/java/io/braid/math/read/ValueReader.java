package io.braid.math.read;

import io.braid.math.read.Token.Kind;
import io.braid.math.value.Answer;
import io.braid.math.value.Expr;
import io.braid.math.value.Rational;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a single value: an expression with words before it and a unit after it. */
public final class ValueReader {
  private static final WordLists LISTS = WordLists.of(ValueReader.class);

  private static final int MOST_WORDS = 64;

  private static final Set<String> LEADING = LISTS.set("ValueReader.LEADING");

  /** Words before a value which mean that it is not the answer, or not the only answer. */
  private static final Set<String> DENYING = LISTS.set("ValueReader.DENYING");

  /** Words that look like products of letters. */
  private static final Set<String> SHORT_WORDS = LISTS.set("ValueReader.SHORT_WORDS");

  private ValueReader() {}

  /** Reads an expression with words before it and a unit after it. */
  static Answer read(List<Token> tokens) throws UnreadableException {
    int start = 0;
    while (start < tokens.size() && isProse(tokens.get(start))) {
      start++;
    }
    if (start > 0
        && start < tokens.size()
        && introduces(tokens.get(start - 1))
        && tokens.subList(0, start).stream().noneMatch(token -> denies(token.text()))) {
      return read(tokens.subList(start, tokens.size()));
    }
    if (start > 0) {
      throw new UnreadableException("words before it");
    }
    int end = unitStart(tokens);
    List<Token> number = tokens.subList(0, end);
    List<Token> behind = tokens.subList(end, tokens.size());
    String unit =
        isFractionOfWords(behind, 0)
            ? behind.get(2).text() + " / " + behind.get(5).text()
            : behind.stream().map(Token::text).collect(Collectors.joining(" "));
    if (end < tokens.size()) {
      Answer held = AnswerReader.item(number, AnswerReader.DEEPEST);
      if (!(held instanceof Answer.Value(Expr expr, String text, String own)) || !own.isEmpty()) {
        return held;
      }
      String first = unit.strip().split(" ", 2)[0].toLowerCase(Locale.ROOT);
      Optional<Expr.Num> times = WordText.multiplier(first);
      return times.isPresent()
          ? new Answer.Value(
              multiplied(expr, times.get()),
              text + " " + first,
              unit.strip().substring(first.length()).strip())
          : new Answer.Value(expr, text, Units.plain(unit));
    }
    return new Answer.Value(
        MatrixAlgebra.simplified(ExprParser.parse(number)), written(number), "");
  }

  /** Multiplies an expression by a number; the product of two numbers is a number. */
  private static Expr multiplied(Expr expr, Expr.Num times) {
    return expr instanceof Expr.Num(Rational value, _, _)
        ? Expr.Num.exact(value.times(times.value()))
        : new Expr.Product(List.of(expr, times));
  }

  /** Returns whether the words introduce a value: {@code The answer is}, {@code about}. */
  private static boolean introduces(Token words) {
    String text = words.text().strip().toLowerCase(Locale.ROOT);
    return text.endsWith(":") || LEADING.contains(text.substring(text.lastIndexOf(' ') + 1));
  }

  /** Returns whether words deny what follows them. */
  public static boolean denies(String words) {
    return Arrays.stream(words.toLowerCase(Locale.ROOT).split("[^a-z']+", MOST_WORDS))
        .anyMatch(DENYING::contains);
  }

  /** Returns the index at which the words after a number begin. */
  static int unitStart(List<Token> tokens) {
    List<Integer> words =
        Slices.outside(
            tokens,
            t ->
                t.is(Kind.TEXT)
                    || t.is(Kind.WORD) && (t.text().length() > 3 || Units.isUnit(t.text()))
                    || t.is(Kind.COMMAND, "pmod"));
    if (words.isEmpty()) {
      for (int i = 1; i < tokens.size(); i++) {
        if (tokens.size() == i + 7 && isFractionOfWords(tokens, i)) {
          return i;
        }
      }
    }
    int known = words.isEmpty() || words.getFirst() == 0 ? tokens.size() : words.getFirst();
    return Math.min(known, behindPercent(tokens));
  }

  /**
   * Returns the index of letters directly after a percent sign, which are a word even if they are
   * short: {@code 20% of the people}.
   */
  private static int behindPercent(List<Token> tokens) {
    for (int i = 1; i < tokens.size() && !tokens.get(i).is(Kind.OPEN); i++) {
      if (tokens.get(i).is(Kind.WORD) && tokens.get(i - 1).is(Kind.OPERATOR, "%")) {
        return i;
      }
    }
    return tokens.size();
  }

  /** Returns whether a fraction of words begins here: {@code \frac{\text{miles}}{\text{hour}}}. */
  private static boolean isFractionOfWords(List<Token> tokens, int at) {
    return tokens.size() >= at + 7
        && tokens.get(at).is(Kind.COMMAND, "frac")
        && tokens.get(at + 1).is(Kind.OPEN, "{")
        && tokens.get(at + 2).is(Kind.TEXT)
        && tokens.get(at + 3).is(Kind.CLOSE, "}")
        && tokens.get(at + 4).is(Kind.OPEN, "{")
        && tokens.get(at + 5).is(Kind.TEXT)
        && tokens.get(at + 6).is(Kind.CLOSE, "}");
  }

  static String written(List<Token> tokens) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens) {
      text.append(token.is(Kind.COMMAND) ? "\\" + token.text() : token.text());
      text.append(token.is(Kind.COMMAND, "frac") ? " " : "");
    }
    return text.toString();
  }

  static boolean isProse(Token token) {
    return token.is(Kind.TEXT)
        || token.is(Kind.WORD) && (token.text().length() > 3 || SHORT_WORDS.contains(token.text()))
        || token.is(Kind.OPERATOR, "'");
  }
}
