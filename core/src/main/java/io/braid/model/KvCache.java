package io.braid.model;

import io.braid.kernel.RaggedAttention;
import io.braid.tensor.DType;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keys and values of many sequences in pages of a fixed size (Kwon et al. 2023, "PagedAttention"):
 * a sequence takes a page when it needs one and gives it back when it ends, and sequences that
 * begin with the same prompt share its full pages.
 *
 * <p>The memory is bounded by the number of pages. On the host it is touched only as pages are
 * used, the lowest first.
 */
public final class KvCache implements AutoCloseable {
  /** Tokens of a page. */
  public static final int PAGE = RaggedAttention.PAGE;

  private final int kvHeads;
  private final int d;
  private final Tensor[] keys; // by layer [pages, kvHeads, d, PAGE]
  private final Tensor[] values; // by layer [pages, kvHeads, PAGE, d]
  private final int[] holders; // by page: how many sequences hold it
  private final int[] free; // a stack, its first `freePages` entries
  private int freePages;

  /** A sequence in the cache: its pages in order, and how many of its tokens they hold. */
  public static final class Sequence {
    private int[] pages;
    private int length;

    private Sequence(int[] pages, int length) {
      this.pages = pages;
      this.length = length;
    }

    /** How many tokens' keys and values are held. */
    public int length() {
      return length;
    }

    int[] pages() {
      return pages;
    }
  }

  KvCache(ModelConfig config, DType dtype, int pages) {
    this.kvHeads = config.kvHeads();
    this.d = config.headDim();
    this.keys = new Tensor[config.layers()];
    this.values = new Tensor[config.layers()];
    for (int l = 0; l < keys.length; l++) {
      keys[l] = Tensor.empty(dtype, pages, kvHeads, d, PAGE).owned();
      values[l] = Tensor.empty(dtype, pages, kvHeads, PAGE, d).owned();
    }
    this.holders = new int[pages];
    this.free = new int[pages];
    for (int p = 0; p < pages; p++) {
      free[p] = pages - 1 - p; // the lowest number on top
    }
    this.freePages = pages;
  }

  /** How many pages so many tokens take. */
  public static int pagesOf(int tokens) {
    return (tokens + PAGE - 1) / PAGE;
  }

  /** Pages that no sequence holds. */
  public int freePages() {
    return freePages;
  }

  /** All pages. */
  public int pages() {
    return holders.length;
  }

  // ---- sequences ------------------------------------------------------------------------------

  /**
   * Stores the keys and values of packed prompts.
   *
   * @param prompt the attention of their forward pass, which captured keys and values
   * @param lengths each prompt's length
   * @return a sequence for each
   * @throws IllegalStateException when there are not pages enough
   */
  List<Sequence> store(PackedAttention prompt, int[] lengths) {
    List<Sequence> sequences = new ArrayList<>(lengths.length);
    int total = Arrays.stream(lengths).map(KvCache::pagesOf).sum();
    long[] pages = new long[total];
    long[] tokens = new long[total * PAGE]; // the packed token of each place
    int page = 0;
    int start = 0;
    for (int length : lengths) {
      int[] own = new int[pagesOf(length)];
      for (int p = 0; p < own.length; p++, page++) {
        own[p] = take();
        pages[page] = own[p];
        for (int t = 0; t < PAGE; t++) {
          // Beyond the end stands the last token once more: never looked at.
          tokens[page * PAGE + t] = start + Math.min((long) p * PAGE + t, length - 1);
        }
      }
      sequences.add(new Sequence(own, length));
      start += length;
    }
    try (Scope scope = Scope.open()) {
      Tensor into = Tensor.of(pages, total);
      Tensor from = Tensor.of(tokens, tokens.length);
      List<PackedAttention.KeysAndValues> layers = prompt.captured();
      for (int l = 0; l < keys.length; l++) {
        Tensor k = layers.get(l).keys().indexSelect(0, from).view(total, PAGE, kvHeads, d);
        Tensor v = layers.get(l).values().indexSelect(0, from).view(total, PAGE, kvHeads, d);
        keys[l].indexCopyInPlace(0, into, k.permute(0, 2, 3, 1).to(keys[l].dtype()));
        values[l].indexCopyInPlace(0, into, v.transpose(1, 2).to(values[l].dtype()));
      }
    }
    return sequences;
  }

  /**
   * Sequences that go on from others: full pages are shared, the last begun one is copied. The
   * first copy of each is the sequence itself.
   *
   * @param copies of each, at least one
   * @return each one's copies
   */
  public List<List<Sequence>> fork(List<Sequence> sequences, int[] copies) {
    List<List<Sequence>> all = new ArrayList<>(sequences.size());
    List<Long> from = new ArrayList<>();
    List<Long> to = new ArrayList<>();
    for (int s = 0; s < copies.length; s++) {
      Sequence sequence = sequences.get(s);
      List<Sequence> own = new ArrayList<>(List.of(sequence));
      boolean begun = sequence.length % PAGE != 0;
      for (int c = 1; c < copies[s]; c++) {
        int[] pages = sequence.pages.clone();
        int full = begun ? pages.length - 1 : pages.length;
        for (int p = 0; p < full; p++) {
          holders[pages[p]]++;
        }
        if (begun) {
          pages[full] = take();
          from.add((long) sequence.pages[full]);
          to.add((long) pages[full]);
        }
        own.add(new Sequence(pages, sequence.length));
      }
      all.add(own);
    }
    if (!from.isEmpty()) {
      copyPages(longs(from), longs(to));
    }
    return all;
  }

  private static long[] longs(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private void copyPages(long[] from, long[] to) {
    if (keys[0].isOnHost()) {
      copyPagesOnHost(from, to);
      return;
    }
    try (Scope scope = Scope.open()) {
      Tensor source = Tensor.of(from, from.length);
      Tensor target = Tensor.of(to, to.length);
      for (int l = 0; l < keys.length; l++) {
        keys[l].indexCopyInPlace(0, target, keys[l].indexSelect(0, source));
        values[l].indexCopyInPlace(0, target, values[l].indexSelect(0, source));
      }
    }
  }

  private void copyPagesOnHost(long[] from, long[] to) {
    long bytes = (long) kvHeads * d * PAGE * keys[0].dtype().bytes();
    List<MemorySegment> all =
        Stream.concat(Arrays.stream(keys), Arrays.stream(values)).map(Tensor::memory).toList();
    OpenMp.forEach(
        all.size(),
        bytes * from.length > 100_000,
        (first, end) -> {
          for (MemorySegment pages : all.subList(first, end)) {
            for (int p = 0; p < from.length; p++) {
              MemorySegment.copy(pages, from[p] * bytes, pages, to[p] * bytes, bytes);
            }
          }
        });
  }

  /** Whether a sequence needs another page for its next token. */
  public static boolean isFull(Sequence sequence) {
    return sequence.length % PAGE == 0;
  }

  /** Sequences without tokens. */
  List<Sequence> begin(int count) {
    return Stream.generate(() -> new Sequence(new int[0], 0)).limit(count).toList();
  }

  /**
   * Makes room for more tokens and counts them; keys and values are written while they attend.
   *
   * @throws IllegalStateException when there are not pages enough
   */
  void grow(Sequence sequence, int tokens) {
    int held = sequence.pages.length;
    int wanted = pagesOf(sequence.length + tokens);
    if (wanted > held) {
      sequence.pages = Arrays.copyOf(sequence.pages, wanted);
      for (int p = held; p < wanted; p++) {
        sequence.pages[p] = take();
      }
    }
    sequence.length += tokens;
  }

  /** Gives a sequence's pages back. */
  public void release(Sequence sequence) {
    for (int page : sequence.pages) {
      if (--holders[page] == 0) {
        free[freePages++] = page;
      }
    }
    sequence.pages = new int[0];
    sequence.length = 0;
  }

  private int take() {
    if (freePages == 0) {
      throw new IllegalStateException("the cache has no free page");
    }
    int page = free[--freePages];
    holders[page] = 1;
    return page;
  }

  // ---- what attention reads -------------------------------------------------------------------

  Tensor keys(int layer) {
    return keys[layer];
  }

  Tensor values(int layer) {
    return values[layer];
  }

  @Override
  public void close() {
    for (int l = 0; l < keys.length; l++) {
      keys[l].close();
      values[l].close();
    }
  }
}
