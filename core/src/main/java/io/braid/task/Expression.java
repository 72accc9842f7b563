package io.braid.task;

import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An arithmetic expression over integers with + − × ÷.
 *
 * <p>Two expressions are the same solution if their {@link #canonical()} strings are equal.
 */
public sealed interface Expression {
  /** A number. @param number the number, 0 or greater */
  record Literal(int number) implements Expression {
    /** Rejects negative numbers. */
    public Literal {
      if (number < 0) {
        throw new IllegalArgumentException("a negative number in an expression: " + number);
      }
    }
  }

  /**
   * An operation on two expressions.
   *
   * @param operator the operation
   * @param left the left operand
   * @param right the right operand
   */
  record Binary(Operator operator, Expression left, Expression right) implements Expression {}

  /**
   * Parses an expression: integers of up to nine digits, {@code + - * / × ÷ − x}, parentheses and
   * white space. Products bind tighter than sums, and operators of equal precedence group to the
   * left. Numbers and parentheses may not have a sign. Nothing is evaluated, and the limits on
   * length, count of numbers and depth bound the work.
   *
   * @param text untrusted text
   * @return the expression, or empty if the text is not one, is longer than 256 characters, or has
   *     more than 32 numbers or more than 16 nested parentheses
   */
  static Optional<Expression> parse(String text) {
    return ExpressionParser.parse(text);
  }

  /** Returns the exact value, or empty after a division by 0. */
  default Optional<Rational> value() {
    return switch (this) {
      case Literal(int number) -> Optional.of(Rational.of(number));
      case Binary(Operator operator, Expression left, Expression right) ->
          left.value().flatMap(a -> right.value().flatMap(b -> operator.apply(a, b)));
    };
  }

  /** Returns the numbers from left to right. */
  default List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    collect(this, numbers);
    return List.copyOf(numbers);
  }

  /**
   * Returns a key that is equal for two expressions if and only if they are the same solution.
   *
   * <p>Sums and products are sorted multisets, so order and grouping do not matter: {@code a-(b-c)}
   * is {@code a-b+c}, and {@code a/(b/c)} is {@code a*c/b}. Signs are moved out of products: {@code
   * 10-(3-5)*2} is {@code 10+(5-3)*2}. Neutral operations have a single form: a product of value 0
   * is always added, and a factor of value 1 or −1 is always multiplied, so {@code 7/1} is {@code
   * 7*1}. Their position does matter: {@code (7+5)*1} is not {@code 7*1+5}.
   *
   * <p>The key is only for comparison: {@link #parse} may not accept it, since it may begin with a
   * sign.
   */
  default String canonical() {
    return Form.of(this).text();
  }

  /**
   * Returns this expression with single spaces between tokens and without redundant parentheses,
   * {@code ( 3 + 5 ) * 7}; {@link #parse} reads it back as the same expression.
   */
  default String text() {
    return switch (this) {
      case Literal(int number) -> Integer.toString(number);
      case Binary(Operator operator, Expression left, Expression right) ->
          bracketed(left, operator, false)
              + " "
              + operator.symbol()
              + " "
              + bracketed(right, operator, true);
    };
  }

  /**
   * Returns the operand's text, in parentheses if needed. Operators of equal precedence group to
   * the left, so with equal precedence only the right operand needs parentheses.
   */
  private static String bracketed(Expression operand, Operator outer, boolean onTheRight) {
    boolean needed =
        operand instanceof Binary(Operator inner, Expression _, Expression _)
            && (inner.isMultiplicative() == outer.isMultiplicative()
                ? onTheRight
                : outer.isMultiplicative());
    return needed ? "( " + operand.text() + " )" : operand.text();
  }

  private static void collect(Expression expression, List<Integer> numbers) {
    switch (expression) {
      case Literal(int number) -> numbers.add(number);
      case Binary(Operator _, Expression left, Expression right) -> {
        collect(left, numbers);
        collect(right, numbers);
      }
    }
  }
}
