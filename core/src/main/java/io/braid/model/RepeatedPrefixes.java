package io.braid.model;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.FlashAttention;
import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Computes attention of a packed batch with libtorch's operators. Shared prefixes are repeated, so
 * that each sequence is complete, and sequences of equal length are computed together. Half-width
 * types on a CUDA device need no such grouping: {@link FlashAttention} takes packed sequences.
 *
 * @param starts [sequences + 1] INT32: start of each sequence, the longest first, then the number
 *     of tokens
 * @param rectangles groups of sequences of equal length
 * @param there [tokens] INT64: index of the packed token at each position; empty for the identity
 * @param back [n] INT64: a position of each packed token; empty for the identity
 */
record RepeatedPrefixes(
    Tensor starts, List<Rectangle> rectangles, Optional<Tensor> there, Optional<Tensor> back) {

  /** A group of sequences of equal length. */
  record Rectangle(int rows, int length) {
    long tokens() {
      return (long) rows * length;
    }
  }

  /**
   * Creates the layout of packed sequences. It belongs to the open scope.
   *
   * @param n number of packed tokens
   */
  static RepeatedPrefixes of(List<PackedSequence> packed, int n) {
    List<PackedSequence> sequences = new ArrayList<>(packed);
    sequences.sort((a, b) -> Integer.compare(b.length(), a.length()));
    int tokens = sequences.stream().mapToInt(PackedSequence::length).sum();
    long[] starts = new long[sequences.size() + 1];
    long[] there = new long[tokens];
    long[] back = new long[n];
    int at = 0;
    for (int s = 0; s < sequences.size(); s++) {
      starts[s] = at;
      for (int t = 0; t < sequences.get(s).length(); t++, at++) {
        int token = sequences.get(s).token(t);
        there[at] = token;
        back[token] = at;
      }
    }
    starts[sequences.size()] = at;
    boolean same = tokens == n && IntStream.range(0, n).allMatch(i -> there[i] == i);
    return new RepeatedPrefixes(
        Tensor.of(starts, starts.length).to(DType.INT32),
        rectangles(sequences),
        same ? Optional.empty() : Optional.of(Tensor.of(there, tokens)),
        same ? Optional.empty() : Optional.of(Tensor.of(back, n)));
  }

  private static List<Rectangle> rectangles(List<PackedSequence> sequences) {
    List<Rectangle> rectangles = new ArrayList<>();
    for (int from = 0; from < sequences.size(); ) {
      int length = sequences.get(from).length();
      int to = from;
      while (to < sequences.size() && sequences.get(to).length() == length) {
        to++;
      }
      rectangles.add(new Rectangle(to - from, length));
      from = to;
    }
    return rectangles;
  }

  /**
   * Computes softmax(scale·q·kᵀ)·v with a causal mask.
   *
   * @param how scale and window
   * @param q [n, heads, d]
   * @param k [n, kvHeads, d]
   * @param v [n, kvHeads, d]
   * @param precision minimum precision of products and sums
   * @return [n, heads·d], of q's dtype
   */
  Tensor attend(Sublayer.Attention how, Tensor q, Tensor k, Tensor v, DType precision) {
    Tensor queries = repeat(q); // [tokens, heads, d]
    Tensor keys = repeat(k); // [tokens, kvHeads, d]
    Tensor values = repeat(v); // [tokens, kvHeads, d]
    Tensor seen; // [tokens, heads·d]
    if (Backend.current().flashAttends(q.dtype(), q.size(2))) {
      int longest = rectangles.getFirst().length;
      seen =
          FlashAttention.causal(queries, keys, values, starts, longest, how.scale(), how.span())
              .reshape(queries.size(0), -1);
    } else {
      seen =
          byRectangles(how, queries.to(precision), keys.to(precision), values.to(precision))
              .to(q.dtype());
    }
    return back.map(each -> seen.indexSelect(0, each)).orElse(seen);
  }

  private Tensor repeat(Tensor packed) {
    return there.map(each -> packed.indexSelect(0, each)).orElse(packed);
  }

  private Tensor byRectangles(Sublayer.Attention how, Tensor q, Tensor k, Tensor v) {
    long[] tokens = rectangles.stream().mapToLong(Rectangle::tokens).toArray();
    List<Tensor> queries = q.split(tokens, 0);
    List<Tensor> keys = k.split(tokens, 0);
    List<Tensor> values = v.split(tokens, 0);
    List<Tensor> parts = new ArrayList<>(tokens.length);
    for (int r = 0; r < tokens.length; r++) {
      Rectangle rectangle = rectangles.get(r);
      Tensor seen =
          Functional.causalAttention(
              heads(queries.get(r), rectangle),
              heads(keys.get(r), rectangle),
              heads(values.get(r), rectangle),
              how.scale(),
              how.span()); // [rows, heads, length, d]
      parts.add(seen.transpose(1, 2).reshape(tokens[r], -1));
    }
    return parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 0); // [tokens, heads·d]
  }

  /** Reshapes [rows·length, heads, d] → [rows, heads, length, d]. */
  private static Tensor heads(Tensor x, Rectangle rectangle) {
    return x.view(rectangle.rows, rectangle.length, x.size(1), x.size(2)).transpose(1, 2);
  }
}
