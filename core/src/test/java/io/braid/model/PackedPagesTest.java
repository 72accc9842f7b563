package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our attention of packed batches is libtorch's, there and back. */
class PackedPagesTest {
  private static final List<SharedPrefix> PREFIXES =
      List.of(
          prefix(5, 3, 0, 12, 40), // nothing goes on from one
          prefix(16, 1, 16),
          prefix(17),
          prefix(1, 0, 0),
          prefix(33, 2, 2),
          prefix(70));

  private static SharedPrefix prefix(int length, int... continuations) {
    return new SharedPrefix(length, continuations);
  }

  @BeforeAll
  static void withTheVectorApi() {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
  }

  /** A layer's numbers, and a gradient at what comes out. */
  private record Numbers(Tensor q, Tensor k, Tensor v, Tensor gradient) {
    static Numbers of(int n, int heads, int kvHeads, int d) {
      try (RandomSource random = new RandomSource(7)) {
        // as in a layer, the three are parts of one tensor
        Tensor qkv = Tensor.randn(random, n, heads + 2L * kvHeads, d);
        return new Numbers(
            qkv.narrow(1, 0, heads),
            qkv.narrow(1, heads, kvHeads),
            qkv.narrow(1, heads + kvHeads, kvHeads),
            Tensor.randn(random, n, (long) heads * d));
      }
    }
  }

  private static int tokens(List<SharedPrefix> prefixes) {
    return prefixes.stream().mapToInt(SharedPrefix::tokens).sum();
  }

  @ParameterizedTest
  @CsvSource({
    "4, 2, 24", // the quickstart's
    "14, 2, 64", // seven query heads a key head
    "2, 2, 16",
    "3, 1, 80",
    "2, 1, 128"
  })
  void itIsEqualToItsReference(int heads, int kvHeads, int d) {
    itIsEqualToItsReference(heads, kvHeads, d, Sublayer.Attention.full(d));
  }

  /** Windows shorter than a page, longer than one, and longer than all sequences but one. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 16, 37, 64, 65, 80, 1000})
  void itIsEqualToItsReferenceWithinAWindow(int window) {
    Sublayer.Attention how =
        new Sublayer.Attention(
            Optional.empty(), Optional.empty(), OptionalInt.of(window), /* scale= */ 0.11);
    itIsEqualToItsReference(4, 2, 48, how);
  }

  private static void itIsEqualToItsReference(
      int heads, int kvHeads, int d, Sublayer.Attention how) {
    try (Scope scope = Scope.open()) {
      int n = tokens(PREFIXES);
      Numbers numbers = Numbers.of(n, heads, kvHeads, d);
      PackedAttention attention = new PackedAttention(PREFIXES);
      PackedPages pages = attention.pages();
      PackedPages.Seen seen = pages.attend(how, numbers.q, numbers.k, numbers.v);
      Tensor back = pages.backward(how, seen, numbers.q, numbers.k, numbers.v, numbers.gradient);

      Tensor q = numbers.q.to(DType.FLOAT64).requiresGrad(true);
      Tensor k = numbers.k.to(DType.FLOAT64).requiresGrad(true);
      Tensor v = numbers.v.to(DType.FLOAT64).requiresGrad(true);
      Tensor expected = attention.attendRepeated(how, q, k, v, DType.FLOAT64);
      expected.backward(numbers.gradient.to(DType.FLOAT64));

      near(seen.out(), expected.detach(), 2e-6);
      near(back.narrow(1, 0, heads), q.grad().orElseThrow(), 5e-6);
      near(back.narrow(1, heads, kvHeads), k.grad().orElseThrow(), 5e-6);
      near(back.narrow(1, heads + kvHeads, kvHeads), v.grad().orElseThrow(), 5e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 70, 1000})
  void aSequenceHasTheSameBitsRegardlessOfSharedPrefixesAndOtherSequences(int window) {
    int d = 24;
    Sublayer.Attention how =
        new Sublayer.Attention(
            Optional.empty(), Optional.empty(), OptionalInt.of(window), /* scale= */ 0.2);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Numbers numbers = Numbers.of(tokens(PREFIXES), 4, 2, d);
      float[] together =
          new PackedAttention(PREFIXES)
              .pages()
              .attend(how, numbers.q, numbers.k, numbers.v)
              .out()
              .toFloats();
      for (PackedSequence sequence : SharedPrefix.sequences(PREFIXES)) {
        long[] own = new long[sequence.length()];
        for (int t = 0; t < own.length; t++) {
          own[t] = sequence.token(t);
        }
        Tensor rows = Tensor.of(own, own.length);
        float[] alone =
            new PackedAttention(new int[] {own.length})
                .pages()
                .attend(
                    how,
                    numbers.q.indexSelect(0, rows),
                    numbers.k.indexSelect(0, rows),
                    numbers.v.indexSelect(0, rows))
                .out()
                .toFloats();
        for (int t = 0; t < own.length; t++) {
          for (int i = 0; i < 4 * d; i++) {
            assertThat(together[(int) own[t] * 4 * d + i]).isEqualTo(alone[t * 4 * d + i]);
          }
        }
      }
    }
  }

  @Test
  void gradientsAreReproducibleBitForBit() {
    List<SharedPrefix> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.addAll(PREFIXES);
    }
    try (Scope scope = Scope.open()) {
      Numbers numbers = Numbers.of(tokens(many), 4, 2, 24);
      float[] once = back(many, numbers);
      for (int again = 0; again < 3; again++) {
        assertThat(back(many, numbers)).isEqualTo(once);
      }
    }
  }

  private static float[] back(List<SharedPrefix> prefixes, Numbers numbers) {
    PackedPages pages = new PackedAttention(prefixes).pages();
    Sublayer.Attention how = Sublayer.Attention.full(24);
    PackedPages.Seen seen = pages.attend(how, numbers.q, numbers.k, numbers.v);
    return pages.backward(how, seen, numbers.q, numbers.k, numbers.v, numbers.gradient).toFloats();
  }

  /** Within a share of the largest number. */
  private static void near(Tensor actual, Tensor expected, double share) {
    double largest = expected.abs().max().item();
    assertThat(actual.to(DType.FLOAT64).minus(expected).abs().max().item())
        .isLessThan(share * largest);
  }
}
