package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.model.family.Qwen2;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop over pages computes what libtorch computes from a copy of them. */
class PagedAttentionTest {
  private static final int[] PROMPTS = {1, 15, 16, 17, 40};

  @ParameterizedTest
  @CsvSource({
    "4, 2, 24, 0", // the quickstart's
    "14, 2, 64, 3", // seven query heads a key head, and rows that mean nothing
    "2, 2, 16, 0", // one query head a key head
    "3, 1, 16, 1",
    "4, 4, 80, 0"
  })
  void theLoopIsEqualToItsReference(int heads, int kvHeads, int d, int padding) {
    theLoopIsEqualToItsReference(heads, kvHeads, d, padding, Sublayer.Attention.full(d));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 40, 1000})
  void theLoopIsEqualToItsReferenceWithinAWindow(int window) {
    Sublayer.Attention how =
        new Sublayer.Attention(
            Optional.empty(), Optional.empty(), OptionalInt.of(window), /* scale= */ 0.11);
    theLoopIsEqualToItsReference(4, 2, 32, 0, how);
  }

  private static void theLoopIsEqualToItsReference(
      int heads, int kvHeads, int d, int padding, Sublayer.Attention how) {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    try (Scope scope = Scope.open();
        Gradients off = Gradients.inference();
        RandomSource random = new RandomSource(heads * 100L + d)) {
      try (KvCache byLoop = cache(heads, kvHeads, d);
          KvCache gathered = cache(heads, kvHeads, d)) {
        List<Tensor> prompt = prompts(random, kvHeads, d);
        List<KvCache.Sequence> a = sequences(byLoop, prompt);
        List<KvCache.Sequence> b = sequences(gathered, prompt);
        for (int step = 0; step < 20; step++) {
          int rows = a.size();
          Tensor q = Tensor.randn(random, rows + padding, heads, d).times(3);
          Tensor k = Tensor.randn(random, rows + padding, kvHeads, d);
          Tensor v = Tensor.randn(random, rows + padding, kvHeads, d);
          Tensor one =
              new PagedAttention(byLoop, a, padding).attend(0, how, q, k, v, DType.FLOAT32);
          Tensor other =
              new PagedAttention(gathered, b, padding)
                  .attendGathered(0, how, q, k, v, DType.FLOAT64);
          assertThat(one.shape()).containsExactly(rows + padding, (long) heads * d);
          // FLOAT32 against FLOAT64: scores of about 12 have errors of some 1e-6, and so their
          // exponentials.
          assertThat(largestDifference(one, other)).isLessThan(5e-6);
        }
      }
    }
  }

  @Test
  void paddingRowsAreZero() {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    try (Scope scope = Scope.open();
        Gradients off = Gradients.inference();
        RandomSource random = new RandomSource(1);
        KvCache cache = cache(2, 2, 16)) {
      List<KvCache.Sequence> one = sequences(cache, prompts(random, 2, 16)).subList(0, 1);
      Tensor x = Tensor.randn(random, 4, 2, 16);
      Tensor seen =
          new PagedAttention(cache, one, 3)
              .attend(0, Sublayer.Attention.full(16), x, x, x, DType.FLOAT32);
      assertThat(seen.narrow(0, 1, 3).abs().sum().item()).isZero();
      assertThat(seen.narrow(0, 0, 1).abs().sum().item()).isPositive();
    }
  }

  @Test
  void aSingleTokenAttendsOnlyToItself() {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.inference();
        RandomSource random = new RandomSource(2);
        KvCache cache = cache(2, 1, 8)) {
      KvCache.Sequence two = sequences(cache, prompts(random, 1, 8)).getFirst(); // one token
      Tensor q = Tensor.zeros(DType.FLOAT32, 1, 2, 8); // both tokens weigh the same
      Tensor v = Tensor.ones(DType.FLOAT32, 1, 1, 8);
      PackedValues first = new PackedValues(cache, two);
      Tensor seen =
          new PagedAttention(cache, List.of(two), 0)
              .attend(0, Sublayer.Attention.full(8), q, v, v, DType.FLOAT32);
      float[] expected = first.value();
      for (int i = 0; i < 16; i++) {
        assertThat(seen.toFloats()[i]).isCloseTo((expected[i % 8] + 1) / 2, within(1e-6f));
      }
    }
  }

  /** The value of a sequence's first token. */
  private record PackedValues(KvCache cache, KvCache.Sequence sequence) {
    float[] value() {
      return cache.values(0).select(0, sequence.pages()[0]).select(0, 0).select(0, 0).toFloats();
    }
  }

  private static KvCache cache(int heads, int kvHeads, int d) {
    ModelConfig config =
        new ModelConfig(
            new Qwen2(),
            10,
            heads * d,
            16,
            1,
            heads,
            kvHeads,
            d,
            1e-6,
            new ModelConfig.Rope(1e4, Optional.empty()),
            true,
            true,
            false,
            false,
            64,
            0.02);
    KvCache cache = new KvCache(config, DType.FLOAT32, 60);
    // What no token was written to may hold anything.
    cache.keys(0).fillInPlace(Double.NaN);
    cache.values(0).fillInPlace(Double.NaN);
    return cache;
  }

  private static List<Tensor> prompts(RandomSource random, int kvHeads, int d) {
    int tokens = java.util.Arrays.stream(PROMPTS).sum();
    return List.of(
        Tensor.randn(random, tokens, kvHeads, d), Tensor.randn(random, tokens, kvHeads, d));
  }

  /** The prompts, the last two twice: they share what they have in common. */
  private static List<KvCache.Sequence> sequences(KvCache cache, List<Tensor> prompt) {
    PackedAttention packed = new PackedAttention(PROMPTS).capturing();
    Tensor k = prompt.get(0);
    packed.attend(0, Sublayer.Attention.full((int) k.size(2)), k, k, prompt.get(1), DType.FLOAT32);
    List<KvCache.Sequence> stored = cache.store(packed, PROMPTS);
    List<KvCache.Sequence> all = new ArrayList<>(stored.subList(0, 3));
    cache.fork(stored.subList(3, 5), new int[] {2, 2}).forEach(all::addAll);
    return all;
  }

  private static double largestDifference(Tensor a, Tensor b) {
    return a.minus(b).abs().max().item();
  }
}
