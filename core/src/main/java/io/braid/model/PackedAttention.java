package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.FlashAttention;
import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Sequences laid end to end without padding, each token seeing its own sequence up to itself.
 *
 * <p>Sequences of one length are attended together, those of other lengths apart. Rectangles that
 * are filled up to take more than one length were slower: what is copied into them, and back again
 * for the gradients, costs more than the calls that it saves. Half-width types on a CUDA device
 * need no rectangles: {@link FlashAttention} takes sequences as they lie.
 */
public final class PackedAttention implements AttentionContext {
  private final Tensor positions; // [n]
  private final Tensor starts; // [sequences + 1], INT32: where each begins, and n
  private final int longest;
  private final List<Rectangle> rectangles;
  private final Optional<Sorted> sorted;
  private final List<KeysAndValues> captured = new ArrayList<>();
  private boolean capturing;

  /** Sequences of one length, side by side. */
  private record Rectangle(int rows, int length) {
    long tokens() {
      return (long) rows * length;
    }
  }

  /**
   * The longest sequences first, where they do not come so.
   *
   * @param there [n] INT64: the packed token at each sorted place
   * @param back [n] INT64: the sorted place of each packed token
   */
  private record Sorted(Tensor there, Tensor back) {}

  /** One layer's turned keys and values in packed order, each [n, kvHeads, d]. */
  record KeysAndValues(Tensor keys, Tensor values) {}

  /**
   * The layout of a packed batch. It belongs to the open scope.
   *
   * @param lengths each sequence's length in tokens, in packed order; falling ones cost no copying
   */
  public PackedAttention(int[] lengths) {
    int tokens = Arrays.stream(lengths).sum();
    long[] starts = new long[lengths.length + 1];
    long[] places = new long[tokens];
    int next = 0;
    for (int s = 0; s < lengths.length; s++) {
      starts[s] = next;
      for (int t = 0; t < lengths[s]; t++) {
        places[next++] = t;
      }
    }
    starts[lengths.length] = tokens;
    positions = Tensor.of(places, tokens);
    this.starts = Tensor.of(starts, starts.length).to(DType.INT32);

    Integer[] order = longestFirst(lengths);
    longest = lengths[order[0]];
    rectangles = rectangles(lengths, order);
    boolean inOrder = IntStream.range(0, order.length).allMatch(s -> order[s] == s);
    sorted = inOrder ? Optional.empty() : Optional.of(sorted(lengths, starts, order, tokens));
  }

  private static List<Rectangle> rectangles(int[] lengths, Integer[] order) {
    List<Rectangle> rectangles = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      int length = lengths[order[from]];
      int to = from;
      while (to < order.length && lengths[order[to]] == length) {
        to++;
      }
      rectangles.add(new Rectangle(to - from, length));
      from = to;
    }
    return rectangles;
  }

  private static Sorted sorted(int[] lengths, long[] starts, Integer[] order, int tokens) {
    long[] there = new long[tokens];
    long[] back = new long[tokens];
    int place = 0;
    for (int sequence : order) {
      for (int t = 0; t < lengths[sequence]; t++, place++) {
        there[place] = starts[sequence] + t;
        back[(int) starts[sequence] + t] = place;
      }
    }
    return new Sorted(Tensor.of(there, tokens), Tensor.of(back, tokens));
  }

  private static Integer[] longestFirst(int[] lengths) {
    Integer[] order = new Integer[lengths.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Integer.compare(lengths[b], lengths[a]));
    return order;
  }

  /** Keeps every layer's keys and values, for a cache that decoding goes on from. */
  PackedAttention capturing() {
    capturing = true;
    return this;
  }

  /** What was kept, by layer. */
  List<KeysAndValues> captured() {
    return captured;
  }

  @Override
  public Tensor positions() {
    return positions;
  }

  @Override
  public int end() {
    return longest;
  }

  @Override
  public Tensor attend(int layer, Tensor q, Tensor k, Tensor v, DType precision) {
    if (capturing) {
      captured.add(new KeysAndValues(k, v));
    }
    if (FlashAttention.serves(q.dtype(), q.size(2))) {
      return FlashAttention.causal(q, k, v, starts, end()).reshape(q.size(0), -1); // [n, heads·d]
    }
    return attend(q.to(precision), k.to(precision), v.to(precision)).to(q.dtype());
  }

  private Tensor attend(Tensor q, Tensor k, Tensor v) {
    long[] tokens = rectangles.stream().mapToLong(Rectangle::tokens).toArray();
    List<Tensor> queries = inOrder(q).split(tokens, 0);
    List<Tensor> keys = inOrder(k).split(tokens, 0);
    List<Tensor> values = inOrder(v).split(tokens, 0);
    List<Tensor> parts = new ArrayList<>(tokens.length);
    for (int r = 0; r < tokens.length; r++) {
      Rectangle rectangle = rectangles.get(r);
      Tensor seen =
          Functional.causalAttention(
              heads(queries.get(r), rectangle),
              heads(keys.get(r), rectangle),
              heads(values.get(r), rectangle)); // [rows, heads, length, d]
      parts.add(seen.transpose(1, 2).reshape(tokens[r], -1));
    }
    Tensor all = parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 0);
    return sorted.map(each -> all.indexSelect(0, each.back)).orElse(all); // [n, heads·d]
  }

  private Tensor inOrder(Tensor x) {
    return sorted.map(each -> x.indexSelect(0, each.there)).orElse(x);
  }

  /** [rows·length, heads, d] → [rows, heads, length, d] */
  private static Tensor heads(Tensor x, Rectangle rectangle) {
    return x.view(rectangle.rows, rectangle.length, x.size(1), x.size(2)).transpose(1, 2);
  }
}
