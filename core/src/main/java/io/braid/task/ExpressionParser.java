package io.braid.task;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A recursive descent parser over a bounded text; null means "not an expression". */
final class ExpressionParser {
  private static final int LONGEST = 256;
  private static final int MOST_NUMBERS = 32;
  private static final int DEEPEST = 16;
  private static final int MOST_DIGITS = 9;

  private final String text;
  private int at;
  private int numbers;

  private ExpressionParser(String text) {
    this.text = text;
  }

  static Optional<Expression> parse(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    ExpressionParser parser = new ExpressionParser(text);
    Expression expression = parser.sum(0);
    return parser.peek() == END ? Optional.ofNullable(expression) : Optional.empty();
  }

  private static final char END = '\0';

  private @Nullable Expression sum(int depth) {
    return chain(depth, false);
  }

  /**
   * Parses operands of one precedence, grouped to the left; their number bounds the tree's depth.
   */
  private @Nullable Expression chain(int depth, boolean multiplicative) {
    Expression left = multiplicative ? operand(depth) : chain(depth, true);
    while (left != null) {
      Operator operator = operator(peek());
      if (operator == null || operator.isMultiplicative() != multiplicative) {
        return left;
      }
      at++;
      Expression right = multiplicative ? operand(depth) : chain(depth, true);
      left = right == null ? null : new Expression.Binary(operator, left, right);
    }
    return null;
  }

  private @Nullable Expression operand(int depth) {
    if (peek() == '(') {
      if (depth == DEEPEST) {
        return null;
      }
      at++;
      Expression inner = sum(depth + 1);
      if (inner == null || peek() != ')') {
        return null;
      }
      at++;
      return inner;
    }
    return number();
  }

  private @Nullable Expression number() {
    peek();
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    int digits = at - start;
    if (digits == 0 || digits > MOST_DIGITS || ++numbers > MOST_NUMBERS) {
      return null;
    }
    return new Expression.Literal(Integer.parseInt(text, start, at, 10));
  }

  /** Returns the next character that is not white space, without consuming it. */
  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? unlessEnd(text.charAt(at)) : END;
  }

  /** Returns whether the text has ended; a NUL character does not end it. */
  private static char unlessEnd(char c) {
    return c == END ? '?' : c;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static @Nullable Operator operator(char symbol) {
    return switch (symbol) {
      case '+' -> Operator.ADD;
      case '-', '−' -> Operator.SUBTRACT;
      case '*', '×', 'x' -> Operator.MULTIPLY;
      case '/', '÷' -> Operator.DIVIDE;
      default -> null;
    };
  }
}
