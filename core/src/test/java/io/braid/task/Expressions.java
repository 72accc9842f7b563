package io.braid.task;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Creates expressions for tests. */
final class Expressions {
  private Expressions() {}

  static Expression read(String text) {
    return Expression.parse(text).orElseThrow(() -> new AssertionError("not read: " + text));
  }

  static Arbitrary<Expression> any() {
    Arbitrary<Expression> number =
        Arbitraries.integers().between(0, 12).map(Expression.Literal::new);
    return Arbitraries.lazyOf(
        () -> number, () -> number, () -> Arbitraries.of(Operator.values()).flatMap(o -> join(o)));
  }

  private static Arbitrary<Expression> join(Operator operator) {
    return net.jqwik.api.Combinators.combine(any(), any())
        .as((left, right) -> new Expression.Binary(operator, left, right));
  }
}
