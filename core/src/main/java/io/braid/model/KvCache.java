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
 * a sequence allocates a page when it needs one and releases it when it ends, and sequences that
 * begin with the same prompt share the prompt's full pages.
 *
 * <p>The number of pages bounds the memory. On the host, memory is touched only when a page is
 * used, the lowest pages first.
 */
public final class KvCache implements AutoCloseable {
  /** Number of tokens per page. */
  public static final int PAGE = RaggedAttention.PAGE;

  private final int kvHeads;
  private final int d;
  private final Tensor[] keys; // by layer [pages, kvHeads, d, PAGE]
  private final Tensor[] values; // by layer [pages, kvHeads, PAGE, d]
  private final int[] holders; // by page: how many sequences hold it
  private final int[] free; // a stack, its first `freePages` entries
  private int freePages;

  /** A sequence in the cache: its pages in order, and its number of cached tokens. */
  public static final class Sequence {
    private int[] pages;
    private int length;
    private int shift;

    private Sequence(int[] pages, int length, int shift) {
      this.pages = pages;
      this.length = length;
      this.shift = shift;
    }

    /** Returns the number of cached tokens. */
    public int length() {
      return length;
    }

    int[] pages() {
      return pages;
    }

    /** Returns the position of the next token; images take fewer positions than tokens. */
    int position() {
      return length + shift;
    }

    /** Sets the position of the next token. */
    void nextAt(int position) {
      shift = position - length;
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

  /** Returns the number of pages for a number of tokens. */
  public static int pagesOf(int tokens) {
    return (tokens + PAGE - 1) / PAGE;
  }

  /** Returns the number of free pages. */
  public int freePages() {
    return freePages;
  }

  /** Returns the total number of pages. */
  public int pages() {
    return holders.length;
  }

  // ---- sequences ------------------------------------------------------------------------------

  /**
   * Stores the keys and values of packed prompts.
   *
   * @param prompt the attention of the prompts' forward pass, which captured keys and values
   * @param lengths length of each prompt, in tokens
   * @return the sequence of each prompt
   * @throws IllegalStateException if there are not enough free pages
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
          // The slots after the end hold the last token again; they are never read.
          tokens[page * PAGE + t] = start + Math.min((long) p * PAGE + t, length - 1);
        }
      }
      sequences.add(new Sequence(own, length, /* shift= */ 0));
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
   * Copies sequences so that each copy can continue separately: full pages are shared, a partly
   * filled last page is copied. The first copy of each sequence is the sequence itself.
   *
   * @param copies number of copies of each sequence, at least one
   * @return the copies of each sequence
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
        own.add(new Sequence(pages, sequence.length, sequence.shift));
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

  /** Returns whether a sequence needs a new page for its next token. */
  public static boolean isFull(Sequence sequence) {
    return sequence.length % PAGE == 0;
  }

  /** Creates empty sequences. */
  List<Sequence> begin(int count) {
    return Stream.generate(() -> new Sequence(new int[0], 0, 0)).limit(count).toList();
  }

  /**
   * Extends a sequence by some tokens; attention writes their keys and values later.
   *
   * @throws IllegalStateException if there are not enough free pages
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

  /** Releases a sequence's pages. */
  public void release(Sequence sequence) {
    truncate(sequence, 0);
  }

  /**
   * Removes a sequence's last tokens and releases the pages that held only these.
   *
   * @param length the number of tokens to keep
   */
  public void truncate(Sequence sequence, int length) {
    if (length > sequence.length) {
      throw new IllegalArgumentException(length + " > " + sequence.length);
    }
    int kept = pagesOf(length);
    for (int p = kept; p < sequence.pages.length; p++) {
      int page = sequence.pages[p];
      if (--holders[page] == 0) {
        free[freePages++] = page;
      }
    }
    sequence.pages = Arrays.copyOf(sequence.pages, kept);
    sequence.length = length;
  }

  private int take() {
    if (freePages == 0) {
      throw new IllegalStateException("the cache has no free page");
    }
    int page = free[--freePages];
    holders[page] = 1;
    return page;
  }

  // ---- reading by attention -------------------------------------------------------------------

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
