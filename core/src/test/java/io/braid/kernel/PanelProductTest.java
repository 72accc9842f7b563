package io.braid.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.HostRows;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PanelProductTest {
  @BeforeAll
  static void withTheVectorApi() {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
  }

  /**
   * One stretch, two halves, and several of 384 or 192; outputs that leave lanes and panels empty.
   */
  @ParameterizedTest
  @CsvSource({
    "8, 96, 192",
    "1, 24, 5",
    "3, 256, 96",
    "13, 384, 110",
    "64, 385, 33",
    "9, 767, 16",
    "8, 768, 40",
    "16, 192, 64",
    "24, 300, 56",
    "8, 576, 192",
    "17, 1000, 48"
  })
  void itHasTheBitsOfLibtorchsProduct(int rows, int in, int out) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(rows + in)) {
      Tensor weight = Tensor.randn(random, out, in);
      assumeTrue(
          PanelProduct.takes(weight),
          "products in panels serve processors with vectors of at least 8 float32 numbers, and a"
              + " BLAS that sums as they do");
      // Fewer than eight rows libtorch may multiply in another order.
      Tensor x = Tensor.randn(random, Math.max(8, rows), in);
      Tensor bias = Tensor.randn(random, out);
      for (Optional<Tensor> b : List.of(Optional.<Tensor>empty(), Optional.of(bias))) {
        float[] expected = Functional.linear(x, weight, b).narrow(0, 0, rows).toFloats();
        assertThat(PanelProduct.product(x.narrow(0, 0, rows), weight, b).toFloats())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void itIsTheProductWhateverTheBlasLibrary() {
    assumeTrue(
        Backend.current().hasPanels(),
        "products in panels serve processors with vectors of at least 8 float32 numbers");
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(1)) {
      Tensor x = Tensor.randn(random, 11, 500);
      Tensor weight = Tensor.randn(random, 70, 500);
      Tensor expected = x.to(DType.FLOAT64).matmul(weight.to(DType.FLOAT64).transpose(0, 1));

      Tensor found = PanelProduct.product(x, weight, Optional.empty());

      assertThat(found.to(DType.FLOAT64).minus(expected).abs().max().item()).isLessThan(1e-4);
    }
  }

  /** As the threads of a team do. */
  @Test
  void sharesOfTheOutputsMakeTheWholeAndAreAddedWhereThatIsAsked() {
    assumeTrue(
        Backend.current().hasPanels(),
        "products in panels serve processors with vectors of at least 8 float32 numbers");
    int out = 110;
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(1)) {
      Tensor x = Tensor.randn(random, 11, 40);
      Tensor weight = Tensor.randn(random, out, 40);
      float[] whole = PanelProduct.product(x, weight, Optional.empty()).toFloats();
      PanelProduct product = new PanelProduct(weight, Optional.empty());
      float[] packed = new float[product.packedSize(11)];
      product.pack(x.hostRows(), 11, packed);
      Tensor sums = Tensor.ones(DType.FLOAT32, 11, out);
      HostRows to = sums.hostRows();
      for (int[] share : new int[][] {{0, 48}, {48, 64}, {64, out}}) {
        product.multiply(packed, 11, share[0], share[1], to, /* adds= */ true);
      }
      float[] found = sums.toFloats();
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isEqualTo(1 + whole[i]);
      }
    }
  }

  @Test
  void halfWidthWeightsAreNotTaken() {
    try (Scope scope = Scope.open()) {
      assertThat(PanelProduct.takes(Tensor.zeros(DType.BFLOAT16, 16, 32))).isFalse();
    }
  }
}
