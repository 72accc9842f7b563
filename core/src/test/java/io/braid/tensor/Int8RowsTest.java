package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of bytes, and their products. */
class Int8RowsTest {
  /** Float32 keeps 24 bits: what one rounding may add, relatively. */
  private static final double ROUNDING = Math.scalb(1.0, -24);

  @Test
  void whatLiesOnTheGridIsKept() {
    try (Scope scope = Scope.open()) {
      float[] numbers = {-127 * 0.25f, 3 * 0.25f, 0, 127 * 0.25f, 1016, 8, -16, 24};
      Int8Rows rows = Int8Rows.of(Tensor.of(numbers, 2, 4));
      assertThat(rows.values().dtype()).isEqualTo(DType.INT8);
      assertThat(rows.values().toLongs()).containsExactly(-127, 3, 0, 127, 127, 1, -2, 3);
      assertThat(rows.scales().toFloats()).containsExactly(0.25f, 8);
      assertThat(rows.dequantized().toFloats()).containsExactly(numbers);
    }
  }

  @Test
  void aNumberGoesToTheNearestMultipleAndHalvesToTheEvenOne() {
    try (Scope scope = Scope.open()) {
      Int8Rows rows =
          Int8Rows.of(Tensor.of(new float[] {127, 0.5f, 1.5f, -2.5f, 2.51f, 0.49f}, 1, 6));
      assertThat(rows.values().toLongs()).containsExactly(127, 0, 2, -2, 3, 0);
    }
  }

  @Test
  void aRowOfZerosStaysOne() {
    try (Scope scope = Scope.open()) {
      Int8Rows zeros = Int8Rows.of(Tensor.zeros(DType.FLOAT32, 2, 64));
      Int8Rows ones = Int8Rows.of(Tensor.ones(DType.FLOAT32, 3, 64));
      assertThat(zeros.dequantized().toFloats()).containsOnly(0);
      assertThat(ones.times(zeros).toFloats()).hasSize(6).containsOnly(0);
      assertThat(ones.times(ones).toFloats()).containsExactly(filled(9, 64), within(1e-4f));
    }
  }

  private static float[] filled(int length, float number) {
    float[] numbers = new float[length];
    Arrays.fill(numbers, number);
    return numbers;
  }

  @Test
  void oneHugeNumberAffectsOnlyItsOwnRow() {
    try (Scope scope = Scope.open()) {
      float[] numbers = {1e30f, 1, -1, 1, 127, 1, -1, 1};
      Int8Rows rows = Int8Rows.of(Tensor.of(numbers, 2, 4));
      assertThat(rows.values().toLongs()).containsExactly(127, 0, 0, 0, 127, 1, -1, 1);
      assertThat(rows.dequantized().toFloats()[0]).isCloseTo(1e30f, within(1e24f));
    }
  }

  @Test
  void whatIsNotFiniteIsNotHidden() {
    try (Scope scope = Scope.open()) {
      float[] numbers = {1, Float.NaN, Float.POSITIVE_INFINITY, 1, 1, 1};
      Int8Rows ones = Int8Rows.of(Tensor.ones(DType.FLOAT32, 1, 2));
      float[] products = Int8Rows.of(Tensor.of(numbers, 3, 2)).times(ones).toFloats();
      assertThat(Float.isFinite(products[0])).isFalse();
      assertThat(Float.isFinite(products[1])).isFalse();
      assertThat(products[2]).isCloseTo(2, within(1e-6f));
    }
  }

  @Test
  void productsAtTheEndsOfTheRangeAreSummedExactly() {
    int width = 4096;
    try (Scope scope = Scope.open()) {
      // The scale of a row whose largest magnitude is 127 is 1.
      Int8Rows rows = Int8Rows.of(Tensor.full(DType.FLOAT32, -127, 5, width));
      Int8Rows others = Int8Rows.of(Tensor.full(DType.FLOAT32, 127, 3, width));
      assertThat(rows.times(others).toDoubles()).containsOnly((float) (-127.0 * 127 * width));
    }
  }

  /** 1040 inputs are the most that float32 sums exactly; bytes of every size are among them. */
  @ParameterizedTest
  @CsvSource({"1", "2", "1040", "1041", "2500"})
  void processorsWithAndWithoutInstructionsGiveTheSameBits(int width) {
    Backend here = Backend.current();
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(width)) {
      Int8Rows x = Int8Rows.of(Tensor.randn(random, 9, width).clamp(-1, 1));
      Int8Rows w = Int8Rows.of(Tensor.randn(random, 1100, width).clamp(-1, 1));
      float[] with;
      float[] without;
      try (var young = Backend.replace(here.with(new Processor("", Set.of("avx512_vnni"))))) {
        with = x.times(w).toFloats();
      }
      try (var old = Backend.replace(here.with(new Processor("", Set.of("avx2"))))) {
        without = x.times(w).toFloats();
      }
      assertThat(without).containsExactly(with);
      double[] exact =
          x.values()
              .to(DType.FLOAT64)
              .matmul(w.values().to(DType.FLOAT64).transpose(0, 1))
              .toDoubles();
      double[] sums = Int8Rows.inFloat32(x.values(), w.values()).toDoubles();
      for (int i = 0; i < exact.length; i++) {
        assertThat(sums[i]).isEqualTo((float) exact[i]);
      }
    }
  }

  /** The product is the dequantized rows', up to three roundings: of the sum and of two scales. */
  @Property(seed = "17", tries = 60)
  void theProductIsThatOfTheDequantizedRows(
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 300) int width,
      @ForAll @IntRange(min = 1, max = 50) int out,
      @ForAll int seed) {
    try (RandomSource random = new RandomSource(seed);
        Scope scope = Scope.open()) {
      Int8Rows x = Int8Rows.of(Tensor.randn(random, rows, width));
      Int8Rows w = Int8Rows.of(Tensor.randn(random, out, width).times(0.02));
      double[] exact = exact(x, w);
      double[] product = x.times(w).toDoubles();
      double[] plain = x.timesPlainly(w).toDoubles();
      // In float32 the plain product also rounds each of its factors and each of its sums.
      double largest = Arrays.stream(exact).map(Math::abs).max().orElse(0);
      for (int i = 0; i < exact.length; i++) {
        assertThat(product[i]).isCloseTo(exact[i], within(3.1 * ROUNDING * Math.abs(exact[i])));
        assertThat(plain[i]).isCloseTo(exact[i], within(width * ROUNDING * (largest + 1)));
      }
    }
  }

  /** Σ of the whole numbers' products, times the scales, in float64. */
  private static double[] exact(Int8Rows x, Int8Rows w) {
    return x.values()
        .to(DType.FLOAT64)
        .matmul(w.values().to(DType.FLOAT64).transpose(0, 1))
        .times(x.scales().to(DType.FLOAT64))
        .times(w.scales().to(DType.FLOAT64).transpose(0, 1))
        .toDoubles();
  }

  @Property(seed = "17", tries = 20)
  void aRowDoesNotDependOnTheOtherRows(@ForAll @IntRange(min = 2, max = 70) int rows) {
    try (RandomSource random = new RandomSource(rows);
        Scope scope = Scope.open()) {
      Tensor x = Tensor.randn(random, rows, 96);
      Int8Rows w = Int8Rows.of(Tensor.randn(random, 110, 96));
      float[] together = Int8Rows.of(x).times(w).toFloats();
      for (int r = 0; r < rows; r++) {
        assertThat(Int8Rows.of(x.narrow(0, r, 1)).times(w).toFloats())
            .containsExactly(Arrays.copyOfRange(together, r * 110, (r + 1) * 110));
      }
    }
  }
}
