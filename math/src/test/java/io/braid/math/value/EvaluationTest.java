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
import static org.assertj.core.api.Assertions.within;

import io.braid.math.value.DoubleArithmetic.Complex;
import io.braid.math.value.Expr.Constant;
import io.braid.math.value.Expr.Operation;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.apfloat.Apcomplex;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static Evaluation.Outcome<Complex> at(Expr expr) {
    return Evaluation.at(Map.of(), expr, new DoubleArithmetic()).orElseThrow();
  }

  @Test
  void aValueIsWithinItsErrorOfTheTruth() {
    Expr cosine = call(Operation.COS, new Expr.Degrees(n(60)));
    assertThat(at(cosine).value().re()).isCloseTo(0.5, within(at(cosine).error()));
    Expr log = call(Operation.LOG, n(8), n(2));
    assertThat(at(log).value().re()).isCloseTo(3, within(at(log).error()));
    assertThat(at(log).error()).isLessThan(1e-13);
  }

  @Test
  void theErrorOfHugeNumbersThatCancelIsHuge() {
    Expr huge = product(power(n(10), n(99)), Constant.PI);
    assertThat(at(sum(huge, minus(huge))).error()).isGreaterThan(1e80);
  }

  @Test
  void complexRootsAreNotReal() {
    Evaluation.Outcome<Complex> root = at(sqrt(minus(n(4))));
    assertThat(root.leftReals()).isTrue();
    assertThat(root.value()).isEqualTo(new Complex(0, 2));
    assertThat(at(call(Operation.ROOT, minus(n(8)), n(3))).value().re()).isEqualTo(-2);
    assertThat(at(call(Operation.ROOT, minus(n(8)), n(3))).leftReals()).isFalse();
  }

  @Test
  void whatIsNotDefinedHasNoValue() {
    for (Expr expr :
        new Expr[] {
          quotient(n(1), sum(n(2), n(-2))), X, Constant.INFINITY, power(Constant.E, n(1000))
        }) {
      assertThat(Evaluation.at(Map.of(), expr, new DoubleArithmetic())).isEmpty();
    }
  }

  @Test
  void theThreeArithmeticsAgree() {
    Expr expr = quotient(sqrt(n(2)), sum(n(1), Constant.PI));
    double fast = at(expr).value().re();
    Optional<Evaluation.Outcome<BigDecimal>> real =
        Evaluation.at(Map.of(), expr, new RealArithmetic());
    Optional<Evaluation.Outcome<Apcomplex>> precise =
        Evaluation.at(Map.of(), expr, new PreciseArithmetic());
    assertThat(real.orElseThrow().value().doubleValue()).isCloseTo(fast, within(1e-15));
    assertThat(precise.orElseThrow().value().real().doubleValue()).isCloseTo(fast, within(1e-15));
    assertThat(precise.orElseThrow().error()).isLessThan(1e-30);
  }
}
