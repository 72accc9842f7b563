package io.braid.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Equivalent ways to write a solution. */
final class SurfaceForm {
  private static final int TRIES = 32;

  private final Counting counting;
  private final Random random;

  private SurfaceForm(Counting counting, Random random) {
    this.counting = counting;
    this.random = random;
  }

  /**
   * Returns a random expression that is equivalent to the given one and whose intermediate results
   * have allowed values. Under {@link Sameness#ORDER}, operands of + and × are swapped; under
   * {@link Sameness#ALGEBRA}, the terms of each sum and the factors of each product are shuffled,
   * without redundant parentheses.
   */
  static Expression of(Expression solution, Counting counting, Random random) {
    SurfaceForm form = new SurfaceForm(counting, random);
    for (int i = 0; i < TRIES; i++) {
      Expression other = form.rewritten(solution);
      if (counting.intermediates().allow(other)) {
        return other;
      }
    }
    return solution;
  }

  private Expression rewritten(Expression expression) {
    return switch (expression) {
      case Expression.Literal number -> number;
      case Expression.Binary binary ->
          counting.sameness() == Sameness.ORDER ? swapped(binary) : shuffled(binary);
    };
  }

  private Expression swapped(Expression.Binary binary) {
    Expression left = rewritten(binary.left());
    Expression right = rewritten(binary.right());
    boolean swap = !binary.operator().isInverse() && random.nextBoolean();
    return new Expression.Binary(binary.operator(), swap ? right : left, swap ? left : right);
  }

  /** A term or a factor of a flattened expression. */
  private record Part(Expression expression, boolean inverse) {}

  private Expression shuffled(Expression.Binary binary) {
    boolean product = binary.operator().isMultiplicative();
    List<Part> parts = new ArrayList<>();
    flatten(binary, product, false, parts);
    parts.replaceAll(part -> new Part(rewritten(part.expression), part.inverse));
    do { // terminates, since some part is not inverse
      Collections.shuffle(parts, random);
    } while (parts.getFirst().inverse);
    Operator straight = product ? Operator.MULTIPLY : Operator.ADD;
    Operator inverse = product ? Operator.DIVIDE : Operator.SUBTRACT;
    Expression chain = parts.getFirst().expression;
    for (Part part : parts.subList(1, parts.size())) {
      chain = new Expression.Binary(part.inverse ? inverse : straight, chain, part.expression);
    }
    return chain;
  }

  private static void flatten(
      Expression expression, boolean product, boolean inverse, List<Part> parts) {
    if (expression
            instanceof Expression.Binary(Operator operator, Expression left, Expression right)
        && operator.isMultiplicative() == product) {
      flatten(left, product, inverse, parts);
      flatten(right, product, inverse != operator.isInverse(), parts);
    } else {
      parts.add(new Part(expression, inverse));
    }
  }
}
