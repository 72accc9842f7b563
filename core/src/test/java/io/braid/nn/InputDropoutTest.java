package io.braid.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.tensor.DType;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InputDropoutTest {
  private static final int N = 5;
  private static final int IN = 6;
  private static final int OUT = 4;
  private static final double SCALE = 0.5;

  @Test
  void aShareOfTheInputsIsZeroAndTheMeanStays() {
    InputDropout dropout = new InputDropout(0.25);
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.zeros(DType.FLOAT32, 100, 200);
      assertThat(dropout.factors(0, x)).isEmpty();
      try (InputDropout.On on = dropout.during(3)) {
        Tensor factors = dropout.factors(0, x).orElseThrow();
        assertThat(factors.eq(0).to(DType.FLOAT32).mean().item()).isCloseTo(0.25, within(0.02));
        assertThat(factors.mean().item()).isCloseTo(1, within(0.02));
        assertThat(factors.max().item()).isCloseTo(1 / 0.75, within(1e-6));
        assertThat(dropout.factors(0, x).orElseThrow().toFloats()).isEqualTo(factors.toFloats());
        assertThat(dropout.factors(1, x).orElseThrow().toFloats()).isNotEqualTo(factors.toFloats());
      }
      assertThat(dropout.factors(0, x)).isEmpty();
    }
  }

  @Test
  void aRateOfZeroIsNoDropout() {
    InputDropout none = new InputDropout(0);
    try (Scope scope = Scope.open();
        InputDropout.On on = none.during(3)) {
      assertThat(none.factors(0, Tensor.zeros(DType.FLOAT32, 2, 2))).isEmpty();
    }
  }

  /** y = x·W₀ᵀ + s·(f∘x)·Aᵀ·Bᵀ, with libtorch's gradients. */
  @Test
  void anAdapterSeesDroppedInputsAndTheBaseDoesNot() {
    InputDropout dropout = new InputDropout(0.5);
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(1)) {
      Tensor base = Tensor.randn(random, OUT, IN);
      Tensor down = Tensor.randn(random, 2, IN).owned().requiresGrad(true);
      Tensor up = Tensor.randn(random, 3, 2).owned().requiresGrad(true); // of rows 1 to 3
      Tensor x = Tensor.randn(random, N, IN).requiresGrad(true);
      Tensor g = Tensor.randn(random, N, OUT);
      Tensor weight = base.copy();
      try (AdaptedLinear layer =
              new AdaptedLinear(
                  MergedMemory.of(weight),
                  Optional.empty(),
                  FrozenMatrix.of(base, FrozenMatrix.Format.FLOAT32),
                  List.of(new AdaptedLinear.Adapter(down, up, 1, SCALE, dropout, 4)));
          InputDropout.On on = dropout.during(9)) {
        Tensor factors = dropout.factors(4, x).orElseThrow();
        Tensor adapted =
            x.times(factors).matmul(down.transpose(0, 1)).matmul(up.transpose(0, 1)).times(SCALE);
        Tensor expected =
            x.matmul(base.transpose(0, 1))
                .plus(Tensor.cat(List.of(Tensor.zeros(DType.FLOAT32, N, 1), adapted), -1));
        expected.times(g).sum().backward();
        float[] ofDown = down.grad().orElseThrow().toFloats();
        float[] ofUp = up.grad().orElseThrow().toFloats();
        float[] ofX = x.grad().orElseThrow().toFloats();
        near(layer.apply(x.detach()).toFloats(), expected.toFloats());

        down.clearGrad();
        up.clearGrad();
        x.clearGrad();
        Tensor y = layer.apply(x);
        near(y.toFloats(), expected.toFloats());
        y.times(g).sum().backward();
        near(down.grad().orElseThrow().toFloats(), ofDown);
        near(up.grad().orElseThrow().toFloats(), ofUp);
        near(x.grad().orElseThrow().toFloats(), ofX);

        down.clearGrad();
        up.clearGrad();
        near(layer.backward(g, x.detach()).toFloats(), ofX);
        near(down.grad().orElseThrow().toFloats(), ofDown);
        near(up.grad().orElseThrow().toFloats(), ofUp);
      }
    }
  }

  private static void near(float[] found, float[] expected) {
    assertThat(found).usingComparatorWithPrecision(1e-5f).containsExactly(expected);
  }
}
