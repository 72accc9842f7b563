package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences laid end to end without padding, each token seeing its own sequence up to itself.
 *
 * <p>Sequences of like length are gathered into rectangles for the attention alone. They are filled
 * up on the right, where causal attention never looks, so the result is exact and needs no mask.
 */
public final class PackedAttention implements AttentionContext {
  /** Sequences go into one rectangle while the shortest fills at least this share of its row. */
  private static final double FILL = 0.8;

  private final Tensor positions; // [n]
  private final List<Rectangle> rectangles;
  private final boolean contiguous;
  private final Tensor back; // [n] rows of the rectangles laid end to end, in packed order
  private final List<KeysAndValues> captured = new ArrayList<>();
  private boolean capturing;

  /** Rows of one padded length; index: [rows·length] into the packed tokens. */
  private record Rectangle(int rows, int length, long start, Tensor index) {}

  /** One layer's turned keys and values in packed order, each [n, kvHeads, d]. */
  record KeysAndValues(Tensor keys, Tensor values) {}

  /**
   * The layout of a packed batch. It belongs to the open scope.
   *
   * @param lengths each sequence's length in tokens, in packed order; sorted ones cost no copying
   */
  public PackedAttention(int[] lengths) {
    int tokens = Arrays.stream(lengths).sum();
    int[] starts = new int[lengths.length];
    long[] places = new long[tokens];
    int next = 0;
    for (int s = 0; s < lengths.length; s++) {
      starts[s] = next;
      for (int t = 0; t < lengths[s]; t++) {
        places[next++] = t;
      }
    }
    positions = Tensor.of(places, tokens);

    Integer[] order = longestFirst(lengths);
    List<Rectangle> shapes = new ArrayList<>();
    long[] backRows = new long[tokens];
    long rows = 0;
    boolean inPlace = true;
    for (int from = 0; from < order.length; ) {
      int length = lengths[order[from]];
      int to = from;
      while (to < order.length && lengths[order[to]] >= FILL * length) {
        to++;
      }
      boolean full = lengths[order[to - 1]] == length;
      long[] index = new long[(to - from) * length];
      for (int r = 0; r < to - from; r++) {
        int sequence = order[from + r];
        for (int t = 0; t < length; t++) {
          int token = starts[sequence] + Math.min(t, lengths[sequence] - 1);
          index[r * length + t] = token;
          if (t < lengths[sequence]) {
            backRows[token] = rows + (long) r * length + t;
          }
        }
        inPlace &= full && starts[sequence] == rows + (long) r * length;
      }
      shapes.add(new Rectangle(to - from, length, rows, Tensor.of(index, index.length)));
      rows += index.length;
      from = to;
    }
    rectangles = shapes;
    contiguous = inPlace;
    back = Tensor.of(backRows, tokens);
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
    return rectangles.getFirst().length;
  }

  @Override
  public Tensor attend(int layer, Tensor q, Tensor k, Tensor v, DType precision) {
    if (capturing) {
      captured.add(new KeysAndValues(k, v));
    }
    return attend(q.to(precision), k.to(precision), v.to(precision)).to(q.dtype());
  }

  private Tensor attend(Tensor q, Tensor k, Tensor v) {
    List<Tensor> parts = new ArrayList<>(rectangles.size());
    for (Rectangle rectangle : rectangles) {
      Tensor seen =
          Functional.causalAttention(
              heads(q, rectangle), heads(k, rectangle), heads(v, rectangle)); // [rows, heads, T, d]
      parts.add(seen.transpose(1, 2).reshape((long) rectangle.rows * rectangle.length, -1));
    }
    Tensor all = parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 0);
    return contiguous ? all : all.indexSelect(0, back); // [n, heads·d]
  }

  /** [n, heads, d] → [rows, heads, length, d] */
  private Tensor heads(Tensor x, Rectangle rectangle) {
    long tokens = (long) rectangle.rows * rectangle.length;
    Tensor rows =
        contiguous ? x.narrow(0, rectangle.start, tokens) : x.indexSelect(0, rectangle.index);
    return rows.view(rectangle.rows, rectangle.length, x.size(1), x.size(2)).transpose(1, 2);
  }
}
