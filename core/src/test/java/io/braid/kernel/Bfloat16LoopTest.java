package io.braid.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bfloat16LoopTest {
  @BeforeAll
  static void withTheVectorApi() {
    assumeTrue(Vectors.AVAILABLE, "the JVM runs without the Vector API");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 32, 2",
    "1, 896, 250",
    "2, 64, 6",
    "3, 96, 4",
    "4, 32, 2",
    "5, 896, 130",
    "24, 160, 36"
  })
  void itIsTheProductInFloat64UpToRounding(int rows, int in, int out) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(rows + in)) {
      Tensor x = Tensor.randn(random, rows, in);
      Tensor weight = Tensor.randn(random, out, in).to(DType.BFLOAT16);
      Tensor expected =
          Functional.linear(x.to(DType.FLOAT64), weight.to(DType.FLOAT64), Optional.empty());

      Tensor found = Bfloat16Loop.products(x, weight);

      assertThat(found.shape()).containsExactly(rows, out);
      assertThat(found.to(DType.FLOAT64).minus(expected).abs().max().item())
          .isLessThan(3e-6 * Math.sqrt(in));
    }
  }

  @Test
  void aRowsSumsDoNotDependOnTheRowsBesideIt() {
    int out = 10;
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(3)) {
      Tensor x = Tensor.randn(random, 7, 96);
      Tensor weight = Tensor.randn(random, out, 96).to(DType.BFLOAT16);
      float[] all = Bfloat16Loop.products(x, weight).toFloats();

      float[] some = Bfloat16Loop.products(x.narrow(0, 3, 3).contiguous(), weight).toFloats();

      assertThat(some).isEqualTo(Arrays.copyOfRange(all, 3 * out, 6 * out));
    }
  }

  @Test
  void itTakesAFewRowsOfHalfWidthWeightsThatFillItsLanes() {
    try (Scope scope = Scope.open()) {
      assumeTrue(
          Bfloat16Loop.takes(1, Tensor.zeros(DType.BFLOAT16, 2, 32)),
          "the machine multiplies bfloat16 by itself");
      assertThat(Bfloat16Loop.takes(24, Tensor.zeros(DType.BFLOAT16, 2, 32))).isTrue();
      assertThat(Bfloat16Loop.takes(25, Tensor.zeros(DType.BFLOAT16, 2, 32))).isFalse();
      assertThat(Bfloat16Loop.takes(1, Tensor.zeros(DType.BFLOAT16, 3, 32))).isFalse();
      assertThat(Bfloat16Loop.takes(1, Tensor.zeros(DType.BFLOAT16, 2, 33))).isFalse();
      assertThat(Bfloat16Loop.takes(1, Tensor.zeros(DType.FLOAT32, 2, 32))).isFalse();
    }
  }
}
