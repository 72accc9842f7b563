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

import io.braid.math.value.Expr.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

class EquivalenceTest {
  @Test
  void constantsAreComparedToManyDigits() {
    assertThat(Equivalence.equal(sqrt(n(8)), product(n(2), sqrt(n(2))))).isTrue();
    Expr huge = power(n(10), n(20)); // doubles cannot tell what is added to it
    assertThat(Equivalence.equal(sum(huge, sqrt(n(2))), sum(huge, sqrt(n(3))))).isFalse();
    assertThat(Equivalence.equal(sum(huge, sqrt(n(2))), sum(sqrt(n(2)), huge))).isTrue();
    Expr golden = quotient(sum(n(1), sqrt(n(5))), n(4));
    assertThat(Equivalence.equal(call(Operation.COS, new Expr.Degrees(n(36))), golden)).isTrue();
  }

  @Test
  void formulasAreEqualWhereBothAreDefined() {
    Expr factored = product(sum(X, n(-2)), sum(X, n(2)));
    assertThat(Equivalence.equal(factored, sum(power(X, n(2)), n(-4)))).isTrue();
    assertThat(Equivalence.equal(factored, sum(power(X, n(2)), n(4)))).isFalse();
    assertThat(Equivalence.equal(sqrt(power(X, n(2))), X)).isFalse();
    assertThat(Equivalence.equal(X, new Expr.Symbol("y"))).isFalse();
  }

  @Test
  void stepFunctionsAreComparedAtManyWholeNumbers() {
    Expr floor = call(Operation.FLOOR, quotient(X, n(50)));
    assertThat(Equivalence.equal(floor, n(0))).isFalse();
    assertThat(Equivalence.equal(call(Operation.MAX, X, minus(X)), call(Operation.ABS, X)))
        .isTrue();
  }

  @Test
  void matricesAreComparedEntryByEntry() {
    Expr.Matrix row = new Expr.Matrix(List.of(List.of(n(1), sqrt(n(4)))));
    assertThat(Equivalence.equal(row, new Expr.Matrix(List.of(List.of(n(1), n(2)))))).isTrue();
    assertThat(Equivalence.equal(row, new Expr.Matrix(List.of(List.of(n(1)), List.of(n(2))))))
        .isFalse();
    assertThat(Equivalence.equal(row, n(1))).isFalse();
  }

  @Test
  void theVariablesOfALogarithmsMissingBaseAreNone() {
    assertThat(Equivalence.variables(call(Operation.LOG, X, new Expr.Symbol("log"))))
        .containsExactly("x");
  }
}
