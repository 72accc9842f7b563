package io.braid.model;

import io.braid.kernel.RaggedAttention;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import io.braid.vision.TokenPositions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Attention of new tokens of cached sequences: each token attends to its own sequence up to itself.
 *
 * <p>On the host, Braid's own loop reads the pages in place ({@link RaggedAttention}). On other
 * devices, and as the reference of that loop, the pages are gathered and libtorch computes
 * attention with a mask. It belongs to the open scope.
 */
final class PagedAttention implements AttentionContext {
  private static final int TILE = 16; // queries

  private final KvCache cache;
  private final int rows; // new tokens
  private final int[][] tables; // by sequence: its pages
  private final int[] lengths; // by sequence, with the new tokens
  private final List<RaggedAttention.Run> runs; // the new tokens, a few at a time
  private final int padding;
  private final Tensor positions; // [rows + padding], or with images [3, rows + padding]
  private final int end;
  private final Map<Integer, Gathering> gatherings = new HashMap<>(); // by window

  /** Creates a step that appends one token to each sequence. */
  PagedAttention(KvCache cache, List<KvCache.Sequence> sequences, int padding) {
    this(cache, sequences, ones(sequences.size()), Optional.empty(), padding);
  }

  /** Creates a step that appends prompts to sequences. */
  static PagedAttention of(
      KvCache cache, List<KvCache.Sequence> sequences, List<PromptTokens> prompts, int padding) {
    boolean images = prompts.stream().anyMatch(each -> !each.images().isEmpty());
    return new PagedAttention(
        cache,
        sequences,
        prompts.stream().mapToInt(PromptTokens::length).toArray(),
        images
            ? Optional.of(prompts.stream().map(PromptTokens::positions).toList())
            : Optional.empty(),
        padding);
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * Creates a step that appends tokens.
   *
   * @param counts number of new tokens of each sequence
   * @param prompts positions of the new tokens, if there are images among them; the sequences are
   *     then empty
   * @param padding number of additional rows that attend to nothing; they only make the products
   *     larger
   */
  private PagedAttention(
      KvCache cache,
      List<KvCache.Sequence> sequences,
      int[] counts,
      Optional<List<TokenPositions>> prompts,
      int padding) {
    this.cache = cache;
    this.rows = Arrays.stream(counts).sum();
    this.padding = padding;
    this.tables = new int[counts.length][];
    this.lengths = new int[counts.length];
    this.runs = new ArrayList<>(counts.length);
    int axes = prompts.isPresent() ? TokenPositions.AXES : 1;
    long[] at = new long[axes * (rows + padding)];
    int longest = 0;
    int row = 0;
    for (int s = 0; s < counts.length; s++) {
      KvCache.Sequence sequence = sequences.get(s);
      int before = sequence.length();
      int position = sequence.position();
      cache.grow(sequence, counts[s]);
      tables[s] = sequence.pages();
      lengths[s] = sequence.length();
      for (int t = 0; t < counts[s]; t += TILE) {
        int count = Math.min(TILE, counts[s] - t);
        runs.add(new RaggedAttention.Run(tables[s], row + t, before + t, count));
      }
      for (int axis = 0; axis < axes; axis++) {
        for (int t = 0; t < counts[s]; t++) {
          at[axis * (rows + padding) + row + t] =
              prompts.isPresent() ? prompts.get().get(s).at(axis, t) : position + t;
        }
      }
      row += counts[s];
      if (prompts.isPresent()) {
        sequence.nextAt(prompts.get().get(s).next());
      }
      longest = Math.max(longest, lengths[s]);
    }
    this.positions = axes == 1 ? Tensor.of(at, at.length) : Tensor.of(at, axes, at.length / axes);
    this.end = longest;
  }

  @Override
  public Tensor positions() {
    return positions;
  }

  @Override
  public int end() {
    return end;
  }

  @Override
  public Tensor attend(
      int layer, Sublayer.Attention how, Tensor q, Tensor k, Tensor v, DType precision) {
    Tensor keys = cache.keys(layer);
    boolean byLoop =
        Backend.current().coversHeads(precision, q.size(2))
            && keys.dtype() == precision
            && keys.isOnHost();
    return byLoop
        ? attendInPlace(layer, how, q.to(precision), k.to(precision), v.to(precision)).to(q.dtype())
        : attendGathered(layer, how, q, k, v, precision);
  }

  /** Computes attention with Braid's own loop over the pages. */
  private Tensor attendInPlace(int layer, Sublayer.Attention how, Tensor q, Tensor k, Tensor v) {
    long heads = q.size(1);
    Tensor seen =
        padding == 0
            ? Tensor.empty(q.dtype(), rows, heads * q.size(2))
            : Tensor.zeros(q.dtype(), rows + padding, heads * q.size(2));
    Tensor keys = cache.keys(layer);
    Tensor values = cache.values(layer);
    RaggedAttention.store(k, v, keys, values, runs);
    RaggedAttention.attend(q, keys, values, runs, seen, Optional.empty(), PackedPages.scoring(how));
    return seen; // [rows + padding, heads·d]
  }

  /**
   * The indices and masks for gathering, the same for all layers of a step that have the same
   * window.
   *
   * @param all [rows·most] the pages of each row, padded with its last page
   * @param page [rows] page of each row's new token
   * @param slot [rows] slot of the new token in the page
   * @param unseen [rows, 1, most·PAGE, 1] BOOL, whether a slot is after a row's last token or
   *     before its window
   * @param mask [rows, 1, 1, most·PAGE], −∞ where {@code unseen} is true
   */
  private record Gathering(
      int most, Tensor all, Tensor page, Tensor slot, Tensor unseen, Tensor mask) {}

  private Gathering gathering(DType precision, int window) {
    int most = KvCache.pagesOf(end);
    long[] pages = new long[rows * most];
    long[] lastPages = new long[rows];
    long[] lastSlots = new long[rows];
    boolean[] outside = new boolean[rows * most * KvCache.PAGE];
    for (int r = 0; r < rows; r++) {
      int own = KvCache.pagesOf(lengths[r]);
      for (int p = 0; p < most; p++) {
        pages[r * most + p] = tables[r][Math.min(p, own - 1)];
      }
      for (int t = lengths[r]; t < most * KvCache.PAGE; t++) {
        outside[r * most * KvCache.PAGE + t] = true;
      }
      for (int t = 0; t < lengths[r] - window; t++) {
        outside[r * most * KvCache.PAGE + t] = true;
      }
      lastPages[r] = tables[r][own - 1];
      lastSlots[r] = (lengths[r] - 1) % KvCache.PAGE;
    }
    long tokens = (long) most * KvCache.PAGE;
    Tensor unseen = Tensor.of(outside, outside.length).view(rows, 1, tokens, 1);
    Tensor mask =
        Tensor.zeros(precision, (long) rows, 1, 1, tokens)
            .maskedFill(unseen.view(rows, 1, 1, tokens), Double.NEGATIVE_INFINITY);
    return new Gathering(
        most,
        Tensor.of(pages, pages.length),
        Tensor.of(lastPages, rows),
        Tensor.of(lastSlots, rows),
        unseen,
        mask);
  }

  /**
   * Computes attention with libtorch's operators on a copy of the pages, for one new token per
   * sequence.
   */
  Tensor attendGathered(
      int layer, Sublayer.Attention how, Tensor q, Tensor k, Tensor v, DType precision) {
    Gathering step = gatherings.computeIfAbsent(how.span(), window -> gathering(precision, window));
    long kvHeads = k.size(1);
    long d = k.size(2);
    long tokens = (long) step.most * KvCache.PAGE;
    Tensor keys = cache.keys(layer); // [pages, kvHeads, d, PAGE]
    Tensor values = cache.values(layer); // [pages, kvHeads, PAGE, d]
    List<Tensor> place = List.of(step.page, step.slot);
    keys.permute(0, 3, 1, 2).putInPlace(place, k.narrow(0, 0, rows));
    values.permute(0, 2, 1, 3).putInPlace(place, v.narrow(0, 0, rows));
    // Slots without a token may contain anything, and 0 times NaN is not 0.
    Tensor gatheredKeys =
        keys.indexSelect(0, step.all)
            .view(rows, step.most, kvHeads, d, KvCache.PAGE)
            .permute(0, 2, 1, 4, 3)
            .reshape(rows, kvHeads, tokens, d)
            .maskedFill(step.unseen, 0)
            .to(precision);
    Tensor gatheredValues =
        values
            .indexSelect(0, step.all)
            .view(rows, step.most, kvHeads, KvCache.PAGE, d)
            .transpose(1, 2)
            .reshape(rows, kvHeads, tokens, d)
            .maskedFill(step.unseen, 0)
            .to(precision);
    // The query heads that share a key head are passed as its queries, so keys are not repeated.
    Tensor seen =
        Functional.attention(
                q.narrow(0, 0, rows).reshape(rows, kvHeads, -1, d).to(precision),
                gatheredKeys,
                gatheredValues,
                Optional.of(step.mask),
                how.scale())
            .reshape(rows, -1)
            .to(q.dtype());
    return padding == 0
        ? seen
        : Tensor.cat(List.of(seen, Tensor.zeros(q.dtype(), padding, seen.size(1))), 0);
  }
}
