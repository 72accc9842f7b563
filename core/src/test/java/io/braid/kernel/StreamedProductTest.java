package io.braid.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StreamedProductTest {
  @BeforeAll
  static void withTheVectorApi() {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 32, 4",
    "1, 896, 252",
    "2, 64, 8",
    "3, 96, 4",
    "4, 32, 4",
    "5, 896, 132",
    "9, 2080, 36",
    "40, 160, 68"
  })
  void itIsTheProductInFloat64UpToRounding(int rows, int in, int out) {
    for (DType dtype : List.of(DType.BFLOAT16, DType.FLOAT32)) {
      isTheProduct(rows, in, out, dtype);
    }
  }

  private static void isTheProduct(int rows, int in, int out, DType dtype) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(rows + in)) {
      Tensor x = Tensor.randn(random, rows, in);
      Tensor weight = Tensor.randn(random, out, in).to(dtype);
      Tensor bias = Tensor.randn(random, out);
      Tensor expected =
          Functional.linear(
              x.to(DType.FLOAT64), weight.to(DType.FLOAT64), Optional.of(bias.to(DType.FLOAT64)));

      Tensor found = product(weight, Optional.of(bias)).apply(x);

      assertThat(found.shape()).containsExactly(rows, out);
      assertThat(found.to(DType.FLOAT64).minus(expected).abs().max().item())
          .isLessThan(3e-6 * Math.sqrt(in));
    }
  }

  private static StreamedProduct product(Tensor weight, Optional<Tensor> bias) {
    return weight.dtype() == DType.BFLOAT16
        ? new Bfloat16Loop(weight, bias)
        : new Float32Loop(weight, bias);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT32"})
  void aRowsSumsDoNotDependOnTheOtherRows(DType dtype) {
    int out = 12;
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(3)) {
      Tensor x = Tensor.randn(random, 7, 1056);
      StreamedProduct product =
          product(Tensor.randn(random, out, 1056).to(dtype), Optional.empty());
      float[] all = product.apply(x).toFloats();

      float[] some = product.apply(x.narrow(0, 3, 3)).toFloats();
      float[] alone = product.apply(x.narrow(0, 5, 1)).toFloats();

      assertThat(some).isEqualTo(Arrays.copyOfRange(all, 3 * out, 6 * out));
      assertThat(alone).isEqualTo(Arrays.copyOfRange(all, 5 * out, 6 * out));
    }
  }

  @Test
  void itTakesAFewRowsOfHalfWidthWeightsThatFillItsLanes() {
    try (Scope scope = Scope.open()) {
      assumeTrue(
          Bfloat16Loop.takes(1, Tensor.zeros(DType.BFLOAT16, 4, 32)),
          "the machine multiplies bfloat16 by itself");
      assertThat(Bfloat16Loop.takes(40, Tensor.zeros(DType.BFLOAT16, 4, 32))).isTrue();
      assertThat(Bfloat16Loop.takes(41, Tensor.zeros(DType.BFLOAT16, 4, 32))).isFalse();
      assertThat(Bfloat16Loop.takes(1, Tensor.zeros(DType.BFLOAT16, 6, 32))).isFalse();
      assertThat(Bfloat16Loop.takes(1, Tensor.zeros(DType.BFLOAT16, 4, 33))).isFalse();
      assertThat(Bfloat16Loop.takes(1, Tensor.zeros(DType.FLOAT32, 4, 32))).isFalse();
    }
  }
}
