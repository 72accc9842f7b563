package io.braid.task;

import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An arithmetic expression over whole numbers with + − × ÷.
 *
 * <p>Two expressions are the same solution when their {@link #canonical()} strings are equal.
 */
public sealed interface Expression {
  /**
   * A number as it is written.
   *
   * @param number 0 or above
   */
  record Literal(int number) implements Expression {
    /** There are no signs in front of numbers. */
    public Literal {
      if (number < 0) {
        throw new IllegalArgumentException("a negative number in an expression: " + number);
      }
    }
  }

  /**
   * Two expressions and what is done with them.
   *
   * @param operator what is done
   * @param left the left operand
   * @param right the right operand
   */
  record Binary(Operator operator, Expression left, Expression right) implements Expression {}

  /**
   * Reads an expression: whole numbers of up to nine digits, {@code + - * / × ÷ − x}, round
   * brackets and white space. Products bind tighter than sums, and equal operators group to the
   * left. There is no sign in front of a number or a bracket. Nothing is evaluated, and the work is
   * bounded by the limits on length, numbers and depth.
   *
   * @param text untrusted text
   * @return the expression, or empty when the text is anything else, longer than 256 characters,
   *     has more than 32 numbers or brackets more than 16 deep
   */
  static Optional<Expression> parse(String text) {
    return ExpressionParser.parse(text);
  }

  /** The exact value, or empty when something is divided by 0. */
  default Optional<Rational> value() {
    return switch (this) {
      case Literal(int number) -> Optional.of(Rational.of(number));
      case Binary(Operator operator, Expression left, Expression right) ->
          left.value().flatMap(a -> right.value().flatMap(b -> operator.apply(a, b)));
    };
  }

  /** The numbers from left to right. */
  default List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    collect(this, numbers);
    return List.copyOf(numbers);
  }

  /**
   * A key that is equal for two expressions exactly when they are the same solution.
   *
   * <p>Sums and products are sorted multisets, so order and grouping do not matter: {@code a-(b-c)}
   * is {@code a-b+c}, and {@code a/(b/c)} is {@code a*c/b}. Signs are pulled out of products:
   * {@code 10-(3-5)*2} is {@code 10+(5-3)*2}. What does nothing either way is written one way: a
   * product of value 0 is always added, a factor of value 1 or −1 always multiplied, so {@code 7/1}
   * is {@code 7*1}. Where it stands does matter: {@code (7+5)*1} is not {@code 7*1+5}.
   *
   * <p>The key is for comparing; it need not be an expression that {@link #parse} reads, since it
   * may begin with a sign.
   */
  default String canonical() {
    return Form.of(this).text();
  }

  /**
   * This expression with single spaces between tokens, {@code ( 3 + 5 ) * 7}, and no bracket that
   * could be left out: {@link #parse} reads the same expression back.
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

  /** Equal operators group to the left, so only an operand on the right needs brackets then. */
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
