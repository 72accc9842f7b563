package io.braid.model;

import io.braid.tensor.Functional;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The keys and values of rows that are decoded together, one token a row and step.
 *
 * <p>Rows end in the same column: a shorter prompt begins further right, and the columns before it
 * are masked. A step is therefore one copy into one column, whatever the prompts' lengths. Rows
 * that are finished leave by {@link #keepRows}.
 */
public final class CachedAttention implements AttentionContext, AutoCloseable {
  private final int capacity;
  private final int kvHeads;
  private Tensor[] keys; // per layer [rows, kvHeads, capacity, d]
  private Tensor[] values;
  private long[] firstColumns; // per row
  private Optional<Tensor> mask; // [rows, 1, 1, capacity], −∞ before a row's first column
  private Tensor positions;
  private int column;

  private CachedAttention(
      int capacity, int kvHeads, Tensor[] keys, Tensor[] values, long[] firstColumns, int column) {
    this.capacity = capacity;
    this.kvHeads = kvHeads;
    this.keys = keys;
    this.values = values;
    this.firstColumns = firstColumns;
    this.column = column;
    this.mask = maskBefore(firstColumns);
    this.positions = positionsAt(column);
  }

  /**
   * A cache that goes on from packed prompts.
   *
   * @param prompt the attention of the prompts' forward pass, which captured keys and values
   * @param lengths each prompt's length
   * @param copies how many rows each prompt gets, side by side
   * @param newTokens how many columns to leave for decoding
   */
  static CachedAttention after(PackedAttention prompt, int[] lengths, int copies, int newTokens) {
    int longest = 0;
    for (int length : lengths) {
      longest = Math.max(longest, length);
    }
    int rows = lengths.length * copies;
    long[] first = new long[rows];
    long[] index = new long[rows * longest]; // packed token of each prompt column
    int start = 0;
    for (int p = 0; p < lengths.length; p++) {
      int padding = longest - lengths[p];
      for (int c = 0; c < copies; c++) {
        int row = p * copies + c;
        first[row] = padding;
        for (int t = 0; t < longest; t++) {
          index[row * longest + t] = (long) start + Math.max(0, t - padding);
        }
      }
      start += lengths[p];
    }
    int capacity = longest + newTokens;
    List<PackedAttention.KeysAndValues> layers = prompt.captured();
    Tensor[] keys = new Tensor[layers.size()];
    Tensor[] values = new Tensor[layers.size()];
    int kvHeads = (int) layers.getFirst().keys().size(1);
    try (Scope scope = Scope.open()) {
      Tensor columns = Tensor.of(index, index.length);
      for (int l = 0; l < keys.length; l++) {
        keys[l] = spread(layers.get(l).keys(), columns, rows, longest, capacity);
        values[l] = spread(layers.get(l).values(), columns, rows, longest, capacity);
      }
    }
    return new CachedAttention(capacity, kvHeads, keys, values, first, longest);
  }

  /** [n, kvHeads, d] → [rows, kvHeads, capacity, d], the first columns filled. */
  private static Tensor spread(Tensor packed, Tensor columns, int rows, int filled, int capacity) {
    long heads = packed.size(1);
    long d = packed.size(2);
    Tensor cache = Tensor.empty(packed.dtype(), rows, heads, capacity, d);
    cache
        .narrow(2, 0, filled)
        .copyInPlace(packed.indexSelect(0, columns).view(rows, filled, heads, d).transpose(1, 2));
    return cache.owned();
  }

  private Optional<Tensor> maskBefore(long[] first) {
    boolean needed = false;
    for (long column : first) {
      needed |= column > 0;
    }
    if (!needed) {
      return Optional.empty();
    }
    try (Scope scope = Scope.open()) {
      Tensor hidden = Tensor.arange(capacity).lt(Tensor.of(first, first.length, 1));
      Tensor added =
          Tensor.zeros(keys[0].dtype(), first.length, capacity)
              .maskedFill(hidden, Double.NEGATIVE_INFINITY)
              .view(first.length, 1, 1, capacity);
      return Optional.of(added.owned());
    }
  }

  private Tensor positionsAt(int column) {
    long[] places = new long[firstColumns.length];
    for (int row = 0; row < places.length; row++) {
      places[row] = column - firstColumns[row];
    }
    try (Scope scope = Scope.open()) {
      return Tensor.of(places, places.length).owned();
    }
  }

  /** How many rows are decoded. */
  public int rows() {
    return firstColumns.length;
  }

  @Override
  public Tensor positions() {
    return positions;
  }

  @Override
  public int end() {
    return column + 1;
  }

  @Override
  public Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
    int rows = rows();
    long d = q.size(2);
    keys[layer].narrow(2, column, 1).copyInPlace(k.unsqueeze(2));
    values[layer].narrow(2, column, 1).copyInPlace(v.unsqueeze(2));
    // The query heads that share a key head stand as its queries, so that nothing is repeated.
    Tensor seen =
        Functional.attention(
            q.view(rows, kvHeads, -1, d),
            keys[layer].narrow(2, 0, column + 1),
            values[layer].narrow(2, 0, column + 1),
            mask.map(m -> m.narrow(3, 0, column + 1))); // [rows, kvHeads, heads/kvHeads, d]
    return seen.reshape(rows, -1);
  }

  /** Moves on to the next column; call it once all layers have attended. */
  void advance() {
    column++;
    positions.close();
    positions = positionsAt(column);
  }

  /**
   * Lets only some rows stay.
   *
   * @param live their numbers, rising
   */
  public void keepRows(int[] live) {
    long[] index = new long[live.length];
    long[] first = new long[live.length];
    for (int i = 0; i < live.length; i++) {
      index[i] = live[i];
      first[i] = firstColumns[live[i]];
    }
    try (Scope scope = Scope.open()) {
      Tensor rows = Tensor.of(index, index.length);
      for (int l = 0; l < keys.length; l++) {
        keys[l] = shrunk(keys[l], rows);
        values[l] = shrunk(values[l], rows);
      }
    }
    firstColumns = first;
    mask.ifPresent(Tensor::close);
    mask = maskBefore(first);
    positions.close();
    positions = positionsAt(column);
  }

  private Tensor shrunk(Tensor cache, Tensor rows) {
    Tensor smaller =
        Tensor.empty(cache.dtype(), rows.numel(), cache.size(1), capacity, cache.size(3));
    smaller.narrow(2, 0, column).copyInPlace(cache.narrow(2, 0, column).indexSelect(0, rows));
    cache.close();
    return smaller.owned();
  }

  @Override
  public void close() {
    for (int l = 0; l < keys.length; l++) {
      keys[l].close();
      values[l].close();
    }
    mask.ifPresent(Tensor::close);
    positions.close();
  }
}
