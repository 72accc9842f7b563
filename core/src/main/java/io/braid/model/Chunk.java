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
 * Consecutive sequences that one thread computes.
 *
 * @param from the first
 * @param to one more than the last
 */
record Chunk(int from, int to) {
  /** Enough tokens for efficient products, few enough to stay in a core's cache. */
  private static final int TOKENS = 64;

  /** Fewer tokens than this take a thread nearly as long, so they are not divided. */
  private static final int FEWEST_TOKENS = 8;

  static Chunk whole(int sequences) {
    return new Chunk(0, sequences);
  }

  /**
   * Divides sequences into chunks, or leaves them in one where there are too few for each thread.
   *
   * @param tokens how many are computed of each sequence
   */
  static List<Chunk> of(int[] tokens) {
    int threads = Engine.threads();
    int total = Arrays.stream(tokens).sum();
    if (threads == 1 || total < FEWEST_TOKENS * threads) {
      return List.of(whole(tokens.length));
    }
    int wanted = Math.max(1, total / TOKENS / threads) * threads; // as many for each
    List<Chunk> chunks = new ArrayList<>();
    int from = 0;
    long sum = 0;
    for (int s = 0; s < tokens.length; s++) {
      sum += tokens[s];
      boolean isFull = sum * wanted >= (chunks.size() + 1L) * total;
      if (isFull) {
        chunks.add(new Chunk(from, s + 1));
        from = s + 1;
      }
    }
    return chunks;
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
   * Computes chunks, in parallel where there are several, which then record nothing. Tensors of a
   * chunk are freed with it.
   *
   * @param prepare called for each in turn, before any is computed
   */
  static <T> void forEach(
      List<Chunk> chunks, Function<Chunk, T> prepare, BiConsumer<Chunk, T> compute) {
    List<T> prepared = chunks.stream().map(prepare).toList();
    if (chunks.size() == 1) {
      try (Scope scope = Scope.open()) {
        compute.accept(chunks.getFirst(), prepared.getFirst());
      }
      return;
    }
    OpenMp.forEach(
        chunks.size(),
        true,
        (first, end) -> {
          for (int p = first; p < end; p++) {
            try (Scope scope = Scope.open();
                Gradients off = Gradients.inference()) {
              compute.accept(chunks.get(p), prepared.get(p));
            }
          }
        });
  }
}
