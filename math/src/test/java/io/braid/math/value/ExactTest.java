package io.braid.math.value;

import static io.braid.math.value.Trees.X;
import static io.braid.math.value.Trees.call;
import static io.braid.math.value.Trees.minus;
import static io.braid.math.value.Trees.n;
import static io.braid.math.value.Trees.power;
import static io.braid.math.value.Trees.product;
import static io.braid.math.value.Trees.quotient;
import static io.braid.math.value.Trees.sqrt;
import static io.braid.math.value.Trees.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.value.Expr.Constant;
import io.braid.math.value.Expr.Operation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExactTest {
  private static String value(Expr expr) {
    return Exact.value(expr).map(Rational::toString).orElse("none");
  }

  @Test
  void arithmeticOfFractionsIsCarriedOut() {
    assertThat(value(sum(quotient(n(1), n(3)), quotient(n(1), n(6))))).isEqualTo("1/2");
    assertThat(value(product(n(4), minus(n(3))))).isEqualTo("-12");
    assertThat(value(power(n(2), minus(n(3))))).isEqualTo("1/8");
    assertThat(value(new Expr.Percent(n(28)))).isEqualTo("7/25");
    assertThat(value(quotient(n(1), n(0)))).isEqualTo("none");
  }

  @Test
  void functionsOfWholeNumbersHaveTheirValue() {
    assertThat(value(call(Operation.FACTORIAL, n(5)))).isEqualTo("120");
    assertThat(value(call(Operation.BINOMIAL, n(5), n(2)))).isEqualTo("10");
    assertThat(value(call(Operation.GCD, n(12), n(18), n(8)))).isEqualTo("2");
    assertThat(value(call(Operation.LCM, n(4), n(6)))).isEqualTo("12");
    assertThat(value(call(Operation.MAX, n(2), n(7), n(5)))).isEqualTo("7");
    assertThat(value(call(Operation.FLOOR, quotient(minus(n(7)), n(2))))).isEqualTo("-4");
    assertThat(value(call(Operation.CEIL, quotient(minus(n(7)), n(2))))).isEqualTo("-3");
    assertThat(value(call(Operation.ABS, minus(n(7))))).isEqualTo("7");
  }

  @Test
  void whatIsNoFractionHasNoExactValue() {
    assertThat(value(sqrt(n(16)))).isEqualTo("4");
    assertThat(value(sqrt(n(2)))).isEqualTo("none");
    assertThat(value(Constant.PI)).isEqualTo("none");
    assertThat(value(X)).isEqualTo("none");
    assertThat(value(call(Operation.FACTORIAL, n(1_000_000_000)))).isEqualTo("none");
    assertThat(value(power(n(10), power(n(10), n(9))))).isEqualTo("none");
  }

  @Test
  void variablesHaveTheValuesOfAPoint() {
    Map<String, Rational> point = Map.of("x", Rational.of(3));
    assertThat(Exact.value(sum(power(X, n(2)), n(1)), point)).contains(Rational.of(10));
  }
}
