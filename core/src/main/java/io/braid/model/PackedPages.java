package io.braid.model;

import io.braid.kernel.PageRows;
import io.braid.kernel.RaggedAttention;
import io.braid.kernel.RaggedAttention.Run;
import io.braid.kernel.RaggedAttentionBackward;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Computes attention of a packed batch with Braid's own loops, forward and backward, over pages
 * laid out as in a cache: sequences share the full pages of their prefix, and each has its own copy
 * of the page in which the prefix ends. The plain reference is {@link RepeatedPrefixes} under
 * autograd.
 *
 * @param rows the token in each slot of the pages
 * @param families the queries of each prefix together with those of its continuations
 * @param tiles the same queries in groups of a few
 */
record PackedPages(PageRows rows, List<List<Run>> families, List<Run> tiles) {
  private static final int PAGE = RaggedAttention.PAGE;
  private static final int TILE = 16; // queries

  /**
   * The output, and the softmax statistics that the backward pass needs.
   *
   * @param out [n, heads·d]
   * @param statistics [n, heads, 2]
   */
  record Seen(Tensor out, Tensor statistics) {}

  static PackedPages of(List<SharedPrefix> prefixes) {
    Layout layout = new Layout();
    prefixes.forEach(layout::add);
    return layout.done();
  }

  /**
   * Runs the forward pass, without recording for autograd.
   *
   * @param how scale and window
   * @param q [n, heads, d] FLOAT32
   * @param k [n, kvHeads, d] FLOAT32
   * @param v [n, kvHeads, d] FLOAT32
   */
  Seen attend(Sublayer.Attention how, Tensor q, Tensor k, Tensor v) {
    long n = q.size(0);
    long heads = q.size(1);
    long d = q.size(2);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor keys = Tensor.empty(DType.FLOAT32, rows.pages(), k.size(1), d, PAGE);
      Tensor values = Tensor.empty(DType.FLOAT32, rows.pages(), v.size(1), PAGE, d);
      rows.scatterTransposed(k, keys);
      rows.scatter(v, values);
      Tensor out = Tensor.empty(DType.FLOAT32, n, heads * d);
      Tensor statistics = Tensor.empty(DType.FLOAT32, n, heads, 2);
      RaggedAttention.attend(q, keys, values, tiles, out, Optional.of(statistics), scoring(how));
      return new Seen(scope.keep(out), scope.keep(statistics));
    }
  }

  /**
   * Runs the backward pass.
   *
   * @param how as in the forward pass
   * @param gradient [n, heads·d]
   * @return [n, heads + 2·kvHeads, d] gradient with respect to queries, keys and values
   */
  Tensor backward(
      Sublayer.Attention how, Seen seen, Tensor q, Tensor k, Tensor v, Tensor gradient) {
    long heads = q.size(1);
    long kvHeads = k.size(1);
    long d = q.size(2);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor transposedKeys = Tensor.zeros(DType.FLOAT32, rows.pages(), kvHeads, d, PAGE);
      Tensor keys = Tensor.zeros(DType.FLOAT32, rows.pages(), kvHeads, PAGE, d);
      Tensor transposedValues = Tensor.zeros(DType.FLOAT32, rows.pages(), kvHeads, d, PAGE);
      rows.scatterTransposed(k, transposedKeys);
      rows.scatter(k, keys);
      rows.scatterTransposed(v, transposedValues);
      Tensor atKeys = Tensor.zeros(DType.FLOAT32, keys.shape());
      Tensor atValues = Tensor.zeros(DType.FLOAT32, keys.shape());
      Tensor all = Tensor.zeros(DType.FLOAT32, q.size(0), heads + 2 * kvHeads, d);
      RaggedAttentionBackward.backward(
          new RaggedAttentionBackward.Forward(
              q,
              transposedKeys,
              keys,
              transposedValues,
              families,
              seen.out,
              seen.statistics,
              scoring(how)),
          gradient,
          all.narrow(1, 0, heads),
          atKeys,
          atValues);
      rows.gatherAdd(atKeys, all.narrow(1, heads, kvHeads));
      rows.gatherAdd(atValues, all.narrow(1, heads + kvHeads, kvHeads));
      return scope.keep(all);
    }
  }

  /** Returns scale and window in the form that the loops take. */
  static RaggedAttention.Scoring scoring(Sublayer.Attention how) {
    return new RaggedAttention.Scoring((float) how.scale(), how.span());
  }

  /** Assigns pages in ascending order. */
  private static final class Layout {
    private int[] rowOf = new int[64 * PAGE];
    private int pages;
    private int row;
    private final List<Integer> blocks = new ArrayList<>(List.of(0));
    private final List<List<Run>> families = new ArrayList<>();

    void add(SharedPrefix prefix) {
      List<Run> runs = new ArrayList<>();
      int first = row;
      row += prefix.length();
      int[] shared = new int[prefix.length() / PAGE];
      for (int p = 0; p < shared.length; p++) {
        shared[p] = page();
        for (int slot = 0; slot < PAGE; slot++) {
          rowOf[shared[p] * PAGE + slot] = first + p * PAGE + slot;
        }
      }
      int[] lengths = prefix.continuations().length == 0 ? new int[1] : prefix.continuations();
      for (int c = 0; c < lengths.length; c++) {
        if (c > 0 && lengths[c] == 0) {
          continue; // no continuation
        }
        int[] table = table(shared, first, prefix.length(), lengths[c]);
        if (c == 0) {
          runs.add(new Run(table, first, 0, prefix.length()));
        }
        if (lengths[c] > 0) {
          runs.add(new Run(table, row, prefix.length(), lengths[c]));
        }
        row += lengths[c];
      }
      families.add(runs);
      blocks.add(pages);
    }

    /**
     * Returns the page table of a continuation: the shared pages, then its own pages for the rest
     * of the prefix and the continuation.
     */
    private int[] table(int[] shared, int first, int prefix, int more) {
      int[] table = Arrays.copyOf(shared, Math.ceilDiv(prefix + more, PAGE));
      for (int p = shared.length; p < table.length; p++) {
        table[p] = page();
        for (int t = p * PAGE; t < Math.min(prefix + more, (p + 1) * PAGE); t++) {
          rowOf[table[p] * PAGE + t % PAGE] = t < prefix ? first + t : row + t - prefix;
        }
      }
      return table;
    }

    private int page() {
      int held = rowOf.length;
      if ((pages + 1) * PAGE > held) {
        rowOf = Arrays.copyOf(rowOf, 2 * held);
      }
      Arrays.fill(rowOf, pages * PAGE, (pages + 1) * PAGE, -1);
      return pages++;
    }

    PackedPages done() {
      List<Run> tiles = new ArrayList<>();
      for (List<Run> runs : families) {
        for (Run run : runs) {
          for (int q = 0; q < run.count(); q += TILE) {
            int count = Math.min(TILE, run.count() - q);
            tiles.add(new Run(run.table(), run.row() + q, run.position() + q, count));
          }
        }
      }
      int[] begins = blocks.stream().mapToInt(each -> each).toArray();
      return new PackedPages(
          new PageRows(Arrays.copyOf(rowOf, pages * PAGE), begins), families, tiles);
    }
  }
}
