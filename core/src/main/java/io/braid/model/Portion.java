package io.braid.model;

import io.braid.tensor.Engine;
import io.braid.tensor.Gradients;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Sequences that one thread computes by itself.
 *
 * @param from the first
 * @param to one more than the last
 */
record Portion(int from, int to) {
  /** Tokens that keep a thread's multiplications busy, and yet stay in its cache. */
  private static final int TOKENS = 64;

  /** Fewer tokens take a thread nearly as long; they are left together. */
  private static final int FEWEST_TOKENS = 8;

  static Portion whole(int sequences) {
    return new Portion(0, sequences);
  }

  /**
   * Parts sequences, or leaves them together where there are too few for each thread.
   *
   * @param tokens of each sequence that are computed
   */
  static List<Portion> of(int[] tokens) {
    int threads = Engine.threads();
    int total = Arrays.stream(tokens).sum();
    if (threads == 1 || total < FEWEST_TOKENS * threads) {
      return List.of(whole(tokens.length));
    }
    int wanted = Math.max(1, total / TOKENS / threads) * threads; // as many for each
    List<Portion> portions = new ArrayList<>();
    int from = 0;
    long sum = 0;
    for (int s = 0; s < tokens.length; s++) {
      sum += tokens[s];
      boolean isFull = sum * wanted >= (portions.size() + 1L) * total;
      if (isFull) {
        portions.add(new Portion(from, s + 1));
        from = s + 1;
      }
    }
    return portions;
  }

  int size() {
    return to - from;
  }

  <T> List<T> of(List<T> all) {
    return all.subList(from, to);
  }

  long[] of(long[] all) {
    return Arrays.copyOfRange(all, from, to);
  }

  /**
   * Computes portions, several at once where there are several, which then record nothing. What is
   * made in one dies with it.
   *
   * @param prepare is called for each in turn, before any is computed
   */
  static <T> void forEach(
      List<Portion> portions, Function<Portion, T> prepare, BiConsumer<Portion, T> compute) {
    List<T> prepared = portions.stream().map(prepare).toList();
    if (portions.size() == 1) {
      try (Scope scope = Scope.open()) {
        compute.accept(portions.getFirst(), prepared.getFirst());
      }
      return;
    }
    OpenMp.forEach(
        portions.size(),
        true,
        (first, end) -> {
          for (int p = first; p < end; p++) {
            try (Scope scope = Scope.open();
                Gradients off = Gradients.inference()) {
              compute.accept(portions.get(p), prepared.get(p));
            }
          }
        });
  }
}
