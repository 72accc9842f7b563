package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  @SuppressWarnings("NullAway.Init") // made before each test
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  // ---- arrays in and out ----------------------------------------------------------------------

  @Test
  void arraysComeBackToTheBit() {
    Random random = new Random(5);
    double[] doubles = random.doubles(60, -1e9, 1e9).toArray();
    doubles[0] = -0.0;
    doubles[1] = Double.MIN_VALUE;
    doubles[2] = INF;
    float[] floats = new float[60];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = random.nextFloat() - 0.5f;
    }
    floats[0] = Float.MIN_VALUE;
    long[] longs = random.longs(60).toArray();

    assertThat(Tensor.of(doubles, 3, 4, 5).toDoubles()).isEqualTo(doubles);
    assertThat(Tensor.of(floats, 60).toFloats()).isEqualTo(floats);
    assertThat(Tensor.of(longs, 5, 12).toLongs()).isEqualTo(longs);
    assertThat(Tensor.of(new boolean[] {true, false, true}, 3).toLongs()).containsExactly(1, 0, 1);
  }

  @Test
  void aTurnedTensorIsReadInItsOwnOrder() {
    Tensor matrix = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);

    assertThat(matrix.transpose(0, 1).toDoubles()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(matrix.transpose(0, 1).shape()).containsExactly(3, 2);
  }

  @Test
  void emptyTensorsAndScalarsRoundTrip() {
    assertThat(Tensor.of(new double[0], 0).toDoubles()).isEmpty();
    assertThat(Tensor.zeros(DType.FLOAT32, 2, 0, 3).numel()).isZero();
    Tensor scalar = Tensor.of(new double[] {4});
    assertThat(scalar.rank()).isZero();
    assertThat(scalar.item()).isEqualTo(4);
  }

  @Test
  void valuesThatDoNotFillTheShapeAreRefused() {
    assertThatThrownBy(() -> Tensor.of(new double[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 values cannot fill [2, 3]");
    assertThatThrownBy(() -> Tensor.of(new double[5], -5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.of(new double[0], 1L << 40, 1L << 40))
        .isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @EnumSource
  void everyDtypeHoldsSmallWholeNumbersAndTakesItsBytes(DType dtype) {
    Tensor tensor = Tensor.of(new long[] {0, 1, 1, 0}, 2, 2).to(dtype);

    assertThat(tensor.dtype()).isEqualTo(dtype);
    assertThat(tensor.toLongs()).containsExactly(0, 1, 1, 0);
    assertThat(tensor.contiguous().memory().byteSize()).isEqualTo(4L * dtype.bytes());
    assertThat(dtype.isFloatingPoint()).isEqualTo(dtype.name().contains("FLOAT"));
  }

  // ---- other people's memory ------------------------------------------------------------------

  @Test
  void aTensorOverMemorySharesIt() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4, 5, 6);
      Tensor tensor = Tensor.ofMemory(memory, DType.FLOAT32, 2, 3);
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, 4, 50);

      assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4, 50, 6);
      assertThat(tensor.memory().address()).isEqualTo(memory.address());
    }
  }

  @Test
  void aShapeLargerThanTheMemoryIsRefused() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(24);

      assertThat(Tensor.ofMemory(memory, DType.FLOAT32, 6).numel()).isEqualTo(6);
      assertThatThrownBy(() -> Tensor.ofMemory(memory, DType.FLOAT32, 7))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("24 bytes cannot hold FLOAT32[7]");
      assertThatThrownBy(() -> Tensor.ofMemory(memory, DType.FLOAT64, 2, 2))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Tensor.ofMemory(memory, DType.FLOAT32, 1L << 62, 8))
          .isInstanceOf(ArithmeticException.class);
    }
  }

  @Test
  void negativeLengthsAreRefused() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(24);

      assertThatThrownBy(() -> Tensor.ofMemory(memory, DType.FLOAT32, -1))
          .hasMessageContaining("negative dimension");
      assertThatThrownBy(() -> Tensor.ofMemory(memory, DType.FLOAT32, -2, -3))
          .hasMessageContaining("negative dimension");
      assertThatThrownBy(() -> Tensor.of(new double[6], -2, -3))
          .hasMessageContaining("negative dimension");
    }
  }

  // ---- seeds ----------------------------------------------------------------------------------

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherGivesOthers() {
    try (RandomSource one = new RandomSource(7);
        RandomSource same = new RandomSource(7);
        RandomSource other = new RandomSource(8)) {
      Tensor first = Tensor.randn(one, 100);

      assertThat(first.sameAs(Tensor.randn(same, 100))).isTrue();
      assertThat(first.sameAs(Tensor.randn(other, 100))).isFalse();
      assertThat(first.sameAs(Tensor.randn(one, 100))).as("the stream goes on").isFalse();
      assertThat(Tensor.rand(one, 9).sameAs(Tensor.rand(same, 9))).as("out of step").isFalse();
    }
  }

  @Test
  void uniformAndNormalNumbersHaveTheirDistributions() {
    try (RandomSource random = new RandomSource(7)) {
      float[] uniform = Tensor.rand(random, 10_000).toFloats();
      double[] normal = Tensor.randn(random, 10_000).toDoubles();

      for (float x : uniform) {
        assertThat(x).isGreaterThanOrEqualTo(0).isLessThan(1);
      }
      assertThat(Tensor.of(uniform, 10_000).mean().item()).isCloseTo(0.5, within(0.015));
      assertThat(Tensor.of(normal, 10_000).mean().item()).isCloseTo(0, within(0.05));
      assertThat(Tensor.of(normal, 10_000).square().mean().item()).isCloseTo(1, within(0.07));
    }
  }

  // ---- operators on small cases ---------------------------------------------------------------

  @Test
  void arithmeticIsThatOfNumbers() {
    Tensor a = of(1, 4, 9);
    Tensor b = of(2, -1, 3);
    Map<Tensor, double[]> cases =
        Map.ofEntries(
            Map.entry(a.plus(b), new double[] {3, 3, 12}),
            Map.entry(a.plus(1), new double[] {2, 5, 10}),
            Map.entry(a.minus(b), new double[] {-1, 5, 6}),
            Map.entry(a.minus(1), new double[] {0, 3, 8}),
            Map.entry(a.times(b), new double[] {2, -4, 27}),
            Map.entry(a.times(-2), new double[] {-2, -8, -18}),
            Map.entry(a.div(b), new double[] {0.5, -4, 3}),
            Map.entry(a.div(2), new double[] {0.5, 2, 4.5}),
            Map.entry(a.negate(), new double[] {-1, -4, -9}),
            Map.entry(b.square(), new double[] {4, 1, 9}),
            Map.entry(a.pow(1.5), new double[] {1, 8, 27}),
            Map.entry(a.sqrt(), new double[] {1, 2, 3}),
            Map.entry(b.abs(), new double[] {2, 1, 3}),
            Map.entry(b.clamp(-0.5, 2.5), new double[] {2, -0.5, 2.5}),
            Map.entry(a.minimum(b), new double[] {1, -1, 3}),
            Map.entry(a.maximum(b), new double[] {2, 4, 9}),
            Map.entry(a.plusProduct(b, b), new double[] {5, 5, 18}),
            Map.entry(of(1, 2, 4).reciprocal(), new double[] {1, 0.5, 0.25}),
            Map.entry(of(0, 1, -1).exp(), new double[] {1, Math.E, 1 / Math.E}),
            Map.entry(of(1, Math.E, 0).log(), new double[] {0, 1, -INF}),
            Map.entry(of(0, 1, 2).cos(), new double[] {1, Math.cos(1), Math.cos(2)}),
            Map.entry(of(0, 1, 2).sin(), new double[] {0, Math.sin(1), Math.sin(2)}));

    cases.forEach((tensor, expected) ->
        assertThat(tensor.toDoubles()).containsExactly(expected, within(1e-15)));
    assertThat(a.toDoubles()).as("operands stay").containsExactly(1, 4, 9);
  }

  @Test
  void comparisonsAreThoseOfNumbers() {
    Tensor a = of(1, 2, 3);
    Tensor b = of(2, 2, 2);

    assertThat(a.lt(2).toLongs()).containsExactly(1, 0, 0);
    assertThat(a.lt(b).toLongs()).containsExactly(1, 0, 0);
    assertThat(a.gt(b).toLongs()).containsExactly(0, 0, 1);
    assertThat(a.ge(b).toLongs()).containsExactly(0, 1, 1);
    assertThat(a.eq(2).toLongs()).containsExactly(0, 1, 0);
    assertThat(a.eq(2).not().toLongs()).containsExactly(1, 0, 1);
    assertThat(a.where(a.lt(b), b.negate()).toDoubles()).containsExactly(1, -2, -2);
    assertThat(a.maskedFill(a.lt(b), -INF).toDoubles()).containsExactly(-INF, 2, 3);
  }

  @Test
  void onlyFiniteNumbersAreFinite() {
    assertThat(of(1, -2, 0).isFinite()).isTrue();
    assertThat(of(1, NAN, 0).isFinite()).isFalse();
    assertThat(of(1, -INF, 0).isFinite()).isFalse();
  }

  @Test
  void sameMeansShapeTypeAndEveryElement() {
    assertThat(of(1, 2, 3).sameAs(of(1, 2, 3))).isTrue();
    assertThat(of(1, 2, 3).sameAs(of(1, 2, 4))).isFalse();
    assertThat(of(1, 2, 3).sameAs(of(1, 2, 3).view(3, 1))).isFalse();
  }

  @Test
  void reductionsAddUp() {
    Tensor m = Tensor.of(new double[] {1, 5, 3, 4, 2, 6}, 2, 3);

    assertThat(m.sum().item()).isEqualTo(21);
    assertThat(m.sum(0).toDoubles()).containsExactly(5, 7, 9);
    assertThat(m.sum(-1).toDoubles()).containsExactly(9, 12);
    assertThat(m.mean().item()).isEqualTo(3.5);
    assertThat(m.mean(0).toDoubles()).containsExactly(2.5, 3.5, 4.5);
    assertThat(m.max().item()).isEqualTo(6);
    assertThat(m.amax(1).shape()).containsExactly(2, 1);
    assertThat(m.amax(1).toDoubles()).containsExactly(5, 6);
    assertThat(m.argmax().toLongs()).containsExactly(1, 2);
    assertThat(m.cumsum(1).toDoubles()).containsExactly(1, 6, 9, 4, 6, 12);
  }

  @Test
  void argmaxTakesTheFirstOfEquals() {
    assertThat(of(1, 7, 7).argmax().item()).isEqualTo(1);
  }

  @Test
  void softmaxIsExponentialsOverTheirSum() {
    Tensor x = of(0, Math.log(2), Math.log(5));

    assertThat(x.softmax().toDoubles())
        .containsExactly(new double[] {0.125, 0.25, 0.625}, within(1e-15));
    assertThat(x.logSoftmax().exp().toDoubles())
        .containsExactly(new double[] {0.125, 0.25, 0.625}, within(1e-15));
    assertThat(x.logsumexp().item()).isCloseTo(Math.log(8), within(1e-15));
  }

  @Test
  void rankingsReturnSourceIndices() {
    Tensor x = of(3, 9, 3, 5);

    assertThat(x.topk(2).values().toDoubles()).containsExactly(9, 5);
    assertThat(x.topk(2).indices().toLongs()).containsExactly(1, 3);
    assertThat(x.sortDescending().values().toDoubles()).containsExactly(9, 5, 3, 3);
    assertThat(x.sortDescending().indices().toLongs()).containsExactly(1, 3, 0, 2);
  }

  @Test
  void searchingFindsTheFirstEntryThatIsGreater() {
    Tensor rising = Tensor.of(new double[] {0.2, 0.2, 0.7, 1}, 1, 4);

    assertThat(
            rising.searchSortedRight(Tensor.of(new double[] {0, 0.2, 0.5, 0.99}, 1, 4)).toLongs())
        .containsExactly(0, 2, 2, 3);
  }

  @Test
  void pickingTakesTheNamedElements() {
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Tensor index = Tensor.of(new long[] {2, 0, 2}, 3);

    assertThat(m.indexSelect(0, index).toDoubles()).containsExactly(5, 6, 1, 2, 5, 6);
    assertThat(m.gather(1, Tensor.of(new long[] {1, 0, 1}, 3, 1)).toDoubles())
        .containsExactly(2, 3, 6);
    assertThat(Tensor.zeros(DType.FLOAT64, 3, 2).indexAdd(0, index, m).toDoubles())
        .containsExactly(3, 4, 0, 0, 6, 8);
    assertThat(
            of(0, 0, 0).scatter(0, index.narrow(0, 0, 2), of(7, 8, 9).narrow(0, 0, 2)).toDoubles())
        .containsExactly(8, 0, 7);
  }

  @Test
  void shapesChangeWithoutTheirElements() {
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);

    assertThat(m.view(3, -1).shape()).containsExactly(3, 2);
    assertThat(m.narrow(1, 1, 2).toDoubles()).containsExactly(2, 3, 5, 6);
    assertThat(m.select(0, 1).toDoubles()).containsExactly(4, 5, 6);
    assertThat(m.unsqueeze(0).shape()).containsExactly(1, 2, 3);
    assertThat(m.unsqueeze(0).squeeze(0).shape()).containsExactly(2, 3);
    assertThat(m.roll(1).toDoubles()).containsExactly(3, 1, 2, 6, 4, 5);
    assertThat(m.select(0, 0).unsqueeze(0).expand(2, -1).toDoubles())
        .containsExactly(1, 2, 3, 1, 2, 3);
    assertThat(m.split(new long[] {1, 2}, 1).get(1).toDoubles()).containsExactly(2, 3, 5, 6);
    assertThat(Tensor.cat(List.of(m, m), 1).shape()).containsExactly(2, 6);
    assertThat(Tensor.stack(List.of(of(1, 2, 3), of(4, 5, 6)), 1).toDoubles())
        .containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(Tensor.arange(4).toLongs()).containsExactly(0, 1, 2, 3);
    assertThat(m.matmul(m.transpose(0, 1)).toDoubles()).containsExactly(14, 32, 32, 77);
  }

  @Test
  void whatIsDoneInPlaceIsSeenByEveryView() {
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
    Tensor row = m.select(0, 1);
    Tensor copy = m.copy();

    row.timesInPlace(10).addInPlace(Tensor.of(new double[] {1, 1}, 2));
    assertThat(m.toDoubles()).containsExactly(1, 2, 31, 41);
    row.copyInPlace(Tensor.of(new long[] {7, 8}, 2));
    assertThat(m.toDoubles()).containsExactly(1, 2, 7, 8);
    m.fillInPlace(0);
    assertThat(row.toDoubles()).containsExactly(0, 0);
    assertThat(copy.toDoubles()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void bfloat16KeepsEightBitsRoundedToEven() {
    assertThat(of(1 + 1 / 256.0, 1 + 3 / 256.0, 1 + 1 / 128.0).to(DType.BFLOAT16).toDoubles())
        .containsExactly(1, 1 + 4 / 256.0, 1 + 1 / 128.0);
  }

  @Test
  void memoryOfATurnedTensorIsRefused() {
    Tensor turned = Tensor.zeros(DType.FLOAT32, 2, 3).transpose(0, 1);

    assertThatThrownBy(turned::memory)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("FLOAT32[3, 2]");
  }

  private static Tensor of(double... values) {
    return Tensor.of(values, values.length);
  }
}
