package io.braid.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.UserError;
import io.braid.rollout.TokenSampler.SampledTokens;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSamplerTest {
  private static final double ALMOST_ONE = 1 - 0x1.0p-52;
  private static final int DRAWS = 20_000;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0",
    "0.5, 1, 0",
    "2, 1, 0",
    "1, 0.9, 0",
    "1, 0.5, 0",
    "1, 0.01, 0",
    "1, 1, 3",
    "1, 1, 1",
    "1, 1, 11",
    "1, 1, 99",
    "0.7, 0.8, 5",
    "1.5, 0.95, 7"
  })
  void tokensHaveTheFrequenciesOfTheFilteredDistribution(
      double temperature, double topP, int topK) {
    double[] logits = new Random(8).doubles(11, -3, 3).toArray();
    SamplingSettings settings = settings(temperature, topP, topK, 0);
    double[] expected = PlainSampler.logProbs(logits, settings, 0);
    long[] seen = new long[logits.length];
    try (Scope scope = Scope.open()) {
      SampledTokens sampled =
          new TokenSampler(settings).sample(rows(logits, DRAWS), uniforms(DRAWS), new int[DRAWS]);

      long[] ids = sampled.ids();
      float[] logProbs = sampled.logProbs();
      for (int i = 0; i < DRAWS; i++) {
        seen[(int) ids[i]]++;
        assertThat((double) logProbs[i]).isCloseTo(expected[(int) ids[i]], within(1e-5));
      }
    }

    if (Arrays.stream(expected).filter(Double::isFinite).count() == 1) {
      assertThat(seen[argmax(logits)]).isEqualTo(DRAWS);
    } else {
      ChiSquare.fits(seen, Arrays.stream(expected).map(l -> DRAWS * Math.exp(l)).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 11, 64, 111, 1000, 4099})
  void theLoopSamplesTheSameAsItsReference(int vocabulary) {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    int rows = 500;
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(vocabulary)) {
      Tensor logits = Tensor.randn(random, rows, vocabulary).times(3);
      Tensor some = Tensor.rand(random, rows, vocabulary).lt(0.3); // never to be sampled
      Tensor allowed = vocabulary == 1 ? logits : logits.maskedFill(some, Double.NEGATIVE_INFINITY);
      double[] uniforms = uniforms(rows);
      uniforms[0] = 0;
      uniforms[1] = ALMOST_ONE;
      Tensor logProbs = allowed.logSoftmax();
      SampledTokens expected = TokenSampler.samplePlainly(logProbs, uniforms);
      SampledTokens sampled =
          new TokenSampler(settings(1, 1, 0, 0)).sample(allowed, uniforms, new int[rows]);

      assertThat(sampled.ids()).isEqualTo(expected.ids());
      assertThat(sampled.logProbs()).isEqualTo(expected.logProbs());
      assertThat(sampled.entropies())
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(
              logProbs.exp().times(logProbs.clamp(-1e30, 0)).sum(-1).negate().toFloats());
    }
  }

  @Test
  void theSmallestSetWithEnoughProbabilityIsKept() {
    double[] logits = logs(0.1, 0.4, 0.2, 0.3);

    assertThat(support(logits, settings(1, 0.39, 0, 0))).containsExactly(1);
    assertThat(support(logits, settings(1, 0.41, 0, 0))).containsExactly(1, 3);
    assertThat(support(logits, settings(1, 0.69, 0, 0))).containsExactly(1, 3);
    assertThat(support(logits, settings(1, 0.71, 0, 0))).containsExactly(1, 2, 3);
    assertThat(support(logits, settings(1, 0.91, 0, 0))).containsExactly(0, 1, 2, 3);
  }

  @Test
  void topPIsCountedAmongWhatTopKKept() {
    double[] logits = logs(0.1, 0.4, 0.2, 0.3);

    // Of the two kept, 0.4 and 0.3, the first has 4/7.
    assertThat(support(logits, settings(1, 0.55, 2, 0))).containsExactly(1);
    assertThat(support(logits, settings(1, 0.6, 2, 0))).containsExactly(1, 3);
  }

  @Test
  void everyRowIsFilteredByItself() {
    SamplingSettings settings = settings(1, 1, 1, 0);
    try (Scope scope = Scope.open()) {
      Tensor logits = Tensor.of(new float[] {0, 5, 1, 7, 2, 3, 1, 0, 9}, 3, 3);
      SampledTokens sampled =
          new TokenSampler(settings).sample(logits, new double[] {0.5, 0, 0.99}, new int[3]);

      assertThat(sampled.ids()).containsExactly(1, 0, 2);
      assertThat(sampled.logProbs()).containsExactly(0, 0, 0);
    }
  }

  @Test
  void temperatureZeroTakesTheFirstOfTheLikeliestWithItsProbabilityAtTemperatureOne() {
    try (Scope scope = Scope.open()) {
      SampledTokens sampled =
          new TokenSampler(settings(0, 1, 0, 0))
              .sample(rows(logs(0.2, 0.3, 0.3, 0.2), 2), new double[] {0, ALMOST_ONE}, new int[2]);

      assertThat(sampled.ids()).containsExactly(1, 1);
      assertThat(sampled.logProbs())
          .containsOnly(new float[] {(float) Math.log(0.3)}, within(1e-6f));
    }
  }

  @Test
  void aShortRowCannotStopWhileALongerRowCan() {
    SamplingSettings settings = new SamplingSettings(1, 0, 1, 0, 3, 5, List.of(1L), List.of());
    try (Scope scope = Scope.open()) {
      SampledTokens sampled =
          new TokenSampler(settings)
              .sample(rows(logs(0.3, 0.5, 0.2), 3), new double[3], new int[] {2, 3, 0});

      assertThat(sampled.ids()).containsExactly(0, 1, 0);
    }
  }

  @Test
  void rowsSampledInPartsEqualRowsSampledAlone() {
    SamplingSettings settings = settings(1, 1, 0, 0);
    double[] uniforms = new Random(2).doubles(100).toArray();
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(5)) {
      Tensor logits = Tensor.randn(random, 100, 120_000);
      SampledTokens together = new TokenSampler(settings).sample(logits, uniforms, new int[100]);
      for (int row = 0; row < 100; row += 33) {
        SampledTokens alone =
            new TokenSampler(settings)
                .sample(logits.narrow(0, row, 1), new double[] {uniforms[row]}, new int[1]);
        assertThat(together.ids()[row]).isEqualTo(alone.ids()[0]);
        assertThat(together.logProbs()[row]).isEqualTo(alone.logProbs()[0]);
      }
    }
  }

  @Test
  void theEndsOfTheUnitIntervalSampleTokensWithPositiveProbability() {
    double nothing = Double.NEGATIVE_INFINITY;
    double[] logits = {nothing, nothing, 0, 1, 2, nothing, nothing};
    try (Scope scope = Scope.open()) {
      SampledTokens sampled =
          new TokenSampler(settings(1, 1, 0, 0))
              .sample(rows(logits, 2), new double[] {0, ALMOST_ONE}, new int[2]);

      assertThat(sampled.ids()).containsExactly(2, 4);
    }
  }

  @Test
  void theEndOfTheUnitIntervalStaysInsideALargeVocabulary() {
    double[] logits = new Random(3).doubles(150_000, -2, 2).toArray();
    logits[149_999] = Double.NEGATIVE_INFINITY;
    try (Scope scope = Scope.open()) {
      SampledTokens sampled =
          new TokenSampler(settings(1, 1, 0, 0))
              .sample(rows(logits, 2), new double[] {0, ALMOST_ONE}, new int[2]);

      assertThat(sampled.ids()).containsExactly(0, 149_998);
    }
  }

  @Test
  void stopsAreForbiddenBeforeTheFewestTokensOnly() {
    double[] logits = logs(0.4, 0.3, 0.2, 0.1);
    SamplingSettings settings = settings(1, 1, 0, 2, 0L, 2L);

    assertThat(support(logits, settings, 0)).containsExactly(1, 3);
    assertThat(support(logits, settings, 1)).containsExactly(1, 3);
    assertThat(support(logits, settings, 2)).containsExactly(0, 1, 2, 3);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, NaN",
    "1, 1, 0, NaN",
    "1, 0.9, 0, NaN",
    "1, 1, 2, NaN",
    "1, 1, 0, Infinity"
  })
  void scoresThatAreNotFiniteAreReported(double temperature, double topP, int topK, double bad) {
    noDistribution(settings(temperature, topP, topK, 0), 1, bad, 2);
  }

  @Test
  void settingsThatLeaveNoTokenAreReported() {
    noDistribution(settings(1e-42, 1, 0, 0), 1, 2, 3);
    noDistribution(settings(1, 1, 0, 1, 0L, 1L, 2L), 1, 2, 3);
    noDistribution(settings(0, 1, 0, 1, 0L, 1L, 2L), 1, 2, 3);
  }

  private static void noDistribution(SamplingSettings settings, double... logits) {
    try (Scope scope = Scope.open()) {
      assertThatThrownBy(() ->
              new TokenSampler(settings).sample(rows(logits, 1), new double[] {0.5}, new int[1]))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("rollout: no token can be sampled");
    }
  }

  // ---- helpers --------------------------------------------------------------------------------

  private static SamplingSettings settings(
      double temperature, double topP, int topK, int least, Long... stops) {
    return new SamplingSettings(1, temperature, topP, topK, least, 100, List.of(stops), List.of());
  }

  private static double[] logs(double... probabilities) {
    return Arrays.stream(probabilities).map(Math::log).toArray();
  }

  private static int[] positions(int position) {
    int[] positions = new int[2000];
    Arrays.fill(positions, position);
    return positions;
  }

  private static int[] support(double[] logits, SamplingSettings settings) {
    return support(logits, settings, 0);
  }

  private static int[] support(double[] logits, SamplingSettings settings, int position) {
    try (Scope scope = Scope.open()) {
      return Arrays.stream(
              new TokenSampler(settings)
                  .sample(rows(logits, 2000), uniforms(2000), positions(position))
                  .ids())
          .mapToInt(id -> (int) id)
          .distinct()
          .sorted()
          .toArray();
    }
  }

  private static Tensor rows(double[] logits, int rows) {
    return Tensor.of(logits, 1, logits.length).to(DType.FLOAT32).expand(rows, -1);
  }

  private static double[] uniforms(int rows) {
    return IntStream.range(0, rows)
        .mapToDouble(row -> KeyedRandom.uniform(KeyedRandom.stream(1, "p", row), 3))
        .toArray();
  }

  private static int argmax(double[] numbers) {
    return IntStream.range(0, numbers.length)
        .reduce((a, b) -> numbers[b] > numbers[a] ? b : a)
        .orElseThrow();
  }
}
