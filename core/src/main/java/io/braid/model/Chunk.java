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
 * @param from index of the first sequence
 * @param to index after the last sequence
 */
record Chunk(int from, int to) {
  /** Target number of tokens: enough for efficient products, few enough for a core's cache. */
  private static final int TOKENS = 64;

  /** Minimum number of tokens per chunk; a thread needs nearly as long for fewer tokens. */
  private static final int FEWEST_TOKENS = 8;

  static Chunk whole(int sequences) {
    return new Chunk(0, sequences);
  }

  /**
   * Divides sequences into chunks; returns one chunk if there are too few for all threads.
   *
   * @param tokens number of tokens to compute for each sequence
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
   * Computes chunks, in parallel and without recording for autograd if there are several. A chunk's
   * tensors are freed when it is finished.
   *
   * @param prepare called for each chunk in order, before any chunk is computed
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
