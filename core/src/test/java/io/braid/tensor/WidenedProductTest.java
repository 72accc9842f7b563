package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Products of bfloat16 matrices by way of float32: the numbers of libtorch's own. */
class WidenedProductTest {
  /** Bfloat16 keeps 8 bits: half the distance to a number's neighbour, relatively. */
  private static final double ROUNDING = Math.scalb(1.0, -8);

  @Test
  void wholeNumbersAreMultipliedExactlyAndRoundedOnce() {
    try (Scope scope = Scope.open()) {
      // Above 256 bfloat16 has the even numbers only. 257 goes to 256, 259 to 260, a tie to the
      // number whose last bit is 0. Rounded before its bias, 257 + 2 would be 258.
      Tensor x = ones(1, 4);
      Tensor weight = bfloat16(Tensor.of(new float[] {255, 2, 0, 0, 255, 1, 1, 2}, 2, 4));
      assertThat(WidenedProduct.linear(x, weight, Optional.empty()).toFloats())
          .containsExactly(256, 260);
      Tensor bias = bfloat16(Tensor.of(new float[] {2, 0}, 2));
      assertThat(WidenedProduct.linear(x, weight, Optional.of(bias)).toFloats())
          .containsExactly(260, 260);
    }
  }

  @Test
  void itIsTheProductRoundedOnce() {
    try (RandomSource random = new RandomSource(17);
        Scope scope = Scope.open()) {
      // 2^21 / 4096 rows are widened at a time; 1,200 are two blocks and a part of one.
      Tensor x = bfloat16(Tensor.randn(random, 6, 4096));
      Tensor weight = bfloat16(Tensor.randn(random, 1200, 4096));
      Tensor bias = bfloat16(Tensor.randn(random, 1200));
      Tensor product = WidenedProduct.linear(x.view(2, 3, 4096), weight, Optional.of(bias));

      assertThat(product.dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(product.shape()).containsExactly(2, 3, 1200);
      double[] exact =
          Functional.linear(
                  x.to(DType.FLOAT64),
                  weight.to(DType.FLOAT64),
                  Optional.of(bias.to(DType.FLOAT64)))
              .toDoubles();
      double[] ours = product.toDoubles();
      double[] libtorch = libtorch(x, weight, bias).toDoubles();
      for (int i = 0; i < exact.length; i++) {
        // The sums in float32 are off by at most 1e-3 before they are rounded.
        double once = ROUNDING * Math.abs(exact[i]) + 1e-3;
        assertThat(ours[i]).isCloseTo(exact[i], within(once));
        assertThat(libtorch[i]).isCloseTo(exact[i], within(once));
      }
    }
  }

  @Test
  void gradientsAreLibtorchs() {
    try (RandomSource random = new RandomSource(17);
        Scope scope = Scope.open()) {
      Tensor x = Tensor.randn(random, 12, 32);
      Tensor weight = Tensor.randn(random, 20, 32);
      Tensor bias = Tensor.randn(random, 20);
      Tensor flowing = bfloat16(Tensor.randn(random, 12, 20));
      List<Tensor> ours = Stream.of(x, weight, bias).map(WidenedProductTest::leaf).toList();
      WidenedProduct.linear(ours.get(0), ours.get(1), Optional.of(ours.get(2))).backward(flowing);
      List<Tensor> libtorchs = Stream.of(x, weight, bias).map(WidenedProductTest::leaf).toList();
      libtorch(libtorchs.get(0), libtorchs.get(1), libtorchs.get(2)).backward(flowing);

      for (int i = 0; i < 3; i++) {
        Tensor one = ours.get(i).grad().orElseThrow();
        double[] other = libtorchs.get(i).grad().orElseThrow().toDoubles();
        assertThat(one.dtype()).isEqualTo(DType.BFLOAT16);
        double[] numbers = one.toDoubles();
        for (int j = 0; j < numbers.length; j++) {
          assertThat(numbers[j]).isCloseTo(other[j], within(2 * ROUNDING * Math.abs(other[j])));
        }
      }
    }
  }

  @Test
  void weightsThatLearnAreMultipliedByBlocksWhereNothingIsRecorded() {
    try (Scope scope = Scope.open()) {
      Tensor weight = ones(3, 16).requiresGrad(true);
      try (Gradients off = Gradients.inference()) {
        assertThat(WidenedProduct.linear(ones(9, 16), weight, Optional.empty()).toFloats())
            .hasSize(27)
            .containsOnly(16);
      }
    }
  }

  @Test
  void itIsUsedWithoutProcessorInstructionsAndWithManyRows() {
    boolean emulated = Backend.current().widensBfloat16();
    try (Scope scope = Scope.open()) {
      Tensor weight = ones(3, 16);
      assertThat(WidenedProduct.isFaster(ones(WidenedProduct.FEWEST_ROWS, 16), weight))
          .isEqualTo(emulated);
      assertThat(WidenedProduct.isFaster(ones(1, 16), weight)).isFalse();
      assertThat(
              WidenedProduct.isFaster(
                  Tensor.ones(DType.FLOAT32, 64, 16), Tensor.ones(DType.FLOAT32, 3, 16)))
          .isFalse();
    }
  }

  private static Tensor libtorch(Tensor x, Tensor weight, Tensor bias) {
    return new Tensor(torch.linear(x.raw, weight.raw, bias.raw));
  }

  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.BFLOAT16, shape);
  }

  private static Tensor bfloat16(Tensor numbers) {
    return numbers.to(DType.BFLOAT16);
  }

  private static Tensor leaf(Tensor numbers) {
    return bfloat16(numbers).detach().requiresGrad(true);
  }
}
