package io.braid.task;

/** The rule by which two correct expressions count as the same solution. */
public enum Sameness {
  /**
   * They differ only in order, grouping and signs: {@code a-(b-c)} is {@code a-b+c}, {@code
   * a/(b/c)} is {@code a*c/b}. See {@link Expression#canonical()}.
   */
  ALGEBRA,
  /**
   * They differ only in the order of terms or factors. A different grouping is a different
   * computation: {@code a-(b-c)} is not {@code a-b+c}, and the sum of three numbers has three
   * solutions.
   */
  ORDER;

  /**
   * Returns a string that is equal for two expressions if and only if they are the same solution.
   */
  public String key(Expression expression) {
    return this == ALGEBRA ? expression.canonical() : ordered(expression);
  }

  private static String ordered(Expression expression) {
    return switch (expression) {
      case Expression.Literal(int number) -> Integer.toString(number);
      case Expression.Binary(Operator operator, Expression left, Expression right) -> {
        String a = ordered(left);
        String b = ordered(right);
        boolean swap = !operator.isInverse() && Form.ORDER.compare(a, b) > 0;
        yield "(" + (swap ? b : a) + operator.symbol() + (swap ? a : b) + ")";
      }
    };
  }
}
