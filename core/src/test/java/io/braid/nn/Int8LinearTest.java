package io.braid.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.tensor.DType;
import io.braid.tensor.Int8Rows;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Compares an int8 layer with the layer from which it was quantised. */
class Int8LinearTest {
  @Test
  void weightsOnTheGridAreExact() {
    try (Scope scope = Scope.open();
        Int8Linear bytes = new Int8Linear(2, 4, /* bias= */ true)) {
      Linear layer =
          new Linear(
              Tensor.of(new float[] {127, -1, 2, 0, 0, 254, -8, 4}, 2, 4),
              Optional.of(Tensor.of(new float[] {0.5f, -0.25f}, 2)));
      Tensor x = Tensor.of(new float[] {1, 127, 0, 3, 0, 0, 0, 0}, 1, 2, 4);
      bytes.copyFrom(layer);
      Tensor y = bytes.apply(x);
      assertThat(y.shape()).containsExactly(1, 2, 2);
      assertThat(y.toFloats()).containsExactly(layer.apply(x).toFloats());
    }
  }

  @Test
  void theResultIsTheProductOfRoundedRowsForAnyNumberOfBlocks() {
    try (RandomSource random = new RandomSource(17);
        Scope scope = Scope.open();
        // 2^17 / 8192 rows are rounded at a time, so 40 rows are two and a half blocks.
        Int8Linear bytes = new Int8Linear(40, 8192, /* bias= */ false)) {
      Tensor weight = Tensor.randn(random, 40, 8192).times(0.02);
      Tensor x = Tensor.randn(random, 3, 8192);
      bytes.copyFrom(new Linear(weight, Optional.empty()));
      assertThat(bytes.apply(x).toFloats())
          .containsExactly(Int8Rows.of(x).times(Int8Rows.of(weight)).toFloats());
    }
  }

  @Test
  void roundingLosesLittleOfRandomNumbers() {
    try (RandomSource random = new RandomSource(17);
        Scope scope = Scope.open();
        Int8Linear bytes = new Int8Linear(300, 200, /* bias= */ true)) {
      Linear layer =
          new Linear(
              Tensor.randn(random, 300, 200).times(0.02), Optional.of(Tensor.randn(random, 300)));
      Tensor x = Tensor.randn(random, 40, 200);
      bytes.copyFrom(layer);
      Tensor wanted = layer.apply(x).minus(layer.bias().orElseThrow());
      double error = bytes.apply(x).minus(layer.apply(x)).square().mean().sqrt().item();
      // A quantisation step is about 3/127 of the standard deviation; its uniform error has the
      // standard deviation 1/√12 of a step, and there are two.
      assertThat(error / wanted.square().mean().sqrt().item())
          .isCloseTo(3.0 / 127 / Math.sqrt(12) * Math.sqrt(2), within(0.003));
    }
  }

  @Test
  void theResultHasTheTypeOfTheInput() {
    try (Scope scope = Scope.open();
        Int8Linear bytes = new Int8Linear(2, 4, /* bias= */ true)) {
      Tensor ones = Tensor.ones(DType.BFLOAT16, 2, 4);
      bytes.copyFrom(new Linear(ones, Optional.of(Tensor.ones(DType.BFLOAT16, 2))));
      Tensor y = bytes.apply(ones);
      assertThat(y.dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(y.toFloats()).containsOnly(5);
    }
  }
}
