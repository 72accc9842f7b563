package io.braid.kernel;

import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * Paged attention over sequences of different lengths: each query attends to its own sequence's
 * keys and values, wherever their pages are, without padding, mask or copy. A decoding step has one
 * query per sequence; a packed batch has all queries of its sequences.
 *
 * <p>Everything is FLOAT32. A query's result is the same bit for bit, regardless of the other
 * queries ({@link PageLoops}), so rollout and training match. The reference implementations call
 * libtorch's attention: {@code PagedAttention} and {@code PackedAttention} in {@code
 * io.braid.model}.
 *
 * <p>Within a page, keys are transposed, [d, tokens], and values are not, [tokens, d]. Both loops
 * therefore read memory sequentially: the first with one token per lane, the second with one
 * dimension per lane.
 */
public final class RaggedAttention {
  /** Tokens per page; a multiple of every machine's vector length. */
  public static final int PAGE = 16;

  /** With fewer multiplications than this, a second thread costs more time than it saves. */
  static final long WORTH_A_THREAD = 200_000;

  private final HostRows queries;
  private final Pages keys;
  private final Pages values;
  private final List<Run> runs;
  private final HostRows out;
  private final Optional<MemorySegment> statistics;
  private final Scoring scoring;
  private final int group; // query heads that share a key head
  private final int d;

  /**
   * Settings of the attention scores.
   *
   * @param scale factor of q·k
   * @param window maximum number of tokens that a query attends to, including its own; earlier
   *     tokens are ignored
   */
  public record Scoring(float scale, int window) {}

  /**
   * Consecutive queries of one sequence.
   *
   * @param table the pages of the sequence's keys and values, in order
   * @param row row of the first query
   * @param position position of the first query in its sequence; each query attends to all tokens
   *     up to itself
   * @param count number of queries
   */
  public record Run(int[] table, int row, int position, int count) {
    /** Returns the number of tokens up to the last query. */
    int end() {
      return position + count;
    }
  }

  /**
   * One layer's keys or values, ordered by page, then by key head.
   *
   * @param d number of dimensions of a head
   */
  record Pages(MemorySegment memory, int kvHeads, int d) {
    static Pages of(Tensor pages, int d) {
      return new Pages(pages.memory(), (int) pages.size(1), d);
    }

    PageLoops.Head head(int[] table, int kvHead) {
      return new PageLoops.Head(memory, table, kvHeads, kvHead, d);
    }

    private long at(int page, int head) {
      return ((long) page * kvHeads + head) * d * PAGE * Float.BYTES;
    }
  }

  private RaggedAttention(
      HostRows queries,
      int heads,
      Pages keys,
      Pages values,
      List<Run> runs,
      HostRows out,
      Optional<Tensor> statistics,
      Scoring scoring) {
    this.scoring = scoring;
    this.d = keys.d;
    this.queries = queries;
    this.keys = keys;
    this.values = values;
    this.runs = runs;
    this.out = out;
    this.statistics = statistics.map(Tensor::memory);
    this.group = heads / keys.kvHeads;
  }

  /**
   * Creates attention for a decoding step, whose threads call {@link #step}.
   *
   * @param queries [rows, heads·d or more] FLOAT32
   * @param d number of dimensions of a head
   * @param keys [pages, kvHeads, d, PAGE] FLOAT32
   * @param values [pages, kvHeads, PAGE, d] FLOAT32
   * @param runs the queries and their sequences
   * @param out [rows, heads·d] FLOAT32
   */
  public static RaggedAttention of(
      HostRows queries,
      int heads,
      int d,
      Tensor keys,
      Tensor values,
      List<Run> runs,
      HostRows out,
      Scoring scoring) {
    return new RaggedAttention(
        queries,
        heads,
        Pages.of(keys, d),
        Pages.of(values, d),
        runs,
        out,
        Optional.empty(),
        scoring);
  }

  /**
   * Stores the new keys and values of some runs' heads in their pages, then attends.
   *
   * @param newKeys [rows, kvHeads·d or more] FLOAT32
   * @param newValues [rows, kvHeads·d or more] FLOAT32
   * @param from index of the first pair of run and key head
   * @param to index after the last pair
   */
  public void step(HostRows newKeys, HostRows newValues, int from, int to) {
    for (int item = from; item < to; item++) {
      store(newKeys, newValues, runs.get(item / keys.kvHeads), item % keys.kvHeads, keys, values);
    }
    attend(from, to);
  }

  /**
   * Stores the runs' new keys and values in their pages.
   *
   * @param newKeys [rows or more, kvHeads, d] FLOAT32
   * @param newValues [rows or more, kvHeads, d] FLOAT32
   * @param keys [pages, kvHeads, d, PAGE] FLOAT32
   * @param values [pages, kvHeads, PAGE, d] FLOAT32
   */
  public static void store(
      Tensor newKeys, Tensor newValues, Tensor keys, Tensor values, List<Run> runs) {
    HostRows k = newKeys.hostRows();
    HostRows v = newValues.hostRows();
    int d = (int) newKeys.size(2);
    Pages keyPages = Pages.of(keys, d);
    Pages valuePages = Pages.of(values, d);
    int tokens = runs.stream().mapToInt(Run::count).sum();
    OpenMp.forEach(
        runs.size(),
        (long) tokens * keyPages.kvHeads * d > WORTH_A_THREAD,
        (first, end) ->
            runs.subList(first, end)
                .forEach(run -> {
                  for (int head = 0; head < keyPages.kvHeads; head++) {
                    store(k, v, run, head, keyPages, valuePages);
                  }
                }));
  }

  private static void store(
      HostRows key, HostRows value, Run run, int head, Pages keys, Pages values) {
    int d = keys.d;
    for (int t = 0; t < run.count; t++) {
      int page = run.table[(run.position + t) / PAGE];
      int slot = (run.position + t) % PAGE;
      long to = keys.at(page, head) + (long) slot * Float.BYTES;
      long from = key.at(run.row + t) + (long) head * d * Float.BYTES;
      for (int i = 0; i < d; i++) {
        keys.memory.set(
            ValueLayout.JAVA_FLOAT,
            to + (long) i * PAGE * Float.BYTES,
            key.memory().get(ValueLayout.JAVA_FLOAT, from + (long) i * Float.BYTES));
      }
      MemorySegment.copy(
          value.memory(),
          value.at(run.row + t) + (long) head * d * Float.BYTES,
          values.memory,
          values.at(page, head) + (long) slot * d * Float.BYTES,
          (long) d * Float.BYTES);
    }
  }

  /**
   * Computes softmax(scale·q·kᵀ)·v for each query and head.
   *
   * @param queries [rows or more, heads, d] FLOAT32; heads is a multiple of kvHeads
   * @param keys [pages, kvHeads, d, PAGE] FLOAT32
   * @param values [pages, kvHeads, PAGE, d] FLOAT32
   * @param runs the queries and their sequences; short runs balance better over threads
   * @param out [rows or more, heads·d] FLOAT32; the rows of the runs are overwritten
   * @param statistics [rows, heads, 2] FLOAT32, for the backward pass ({@link
   *     RaggedAttentionBackward}): the largest score and the sum of exponentials
   */
  public static void attend(
      Tensor queries,
      Tensor keys,
      Tensor values,
      List<Run> runs,
      Tensor out,
      Optional<Tensor> statistics,
      Scoring scoring) {
    int kvHeads = (int) keys.size(1);
    int d = (int) queries.size(2);
    RaggedAttention all =
        new RaggedAttention(
            queries.hostRows(),
            (int) queries.size(1),
            Pages.of(keys, d),
            Pages.of(values, d),
            runs,
            out.hostRows(),
            statistics,
            scoring);
    OpenMp.forEach(
        runs.size() * kvHeads,
        products(runs, queries.size(1), queries.size(2)) > WORTH_A_THREAD,
        all::attend);
  }

  static long products(List<Run> runs, long heads, long d) {
    long pairs = runs.stream().mapToLong(run -> (long) run.count * run.end()).sum();
    return 2 * heads * d * pairs;
  }

  /** Computes a range of pairs of run and key head. */
  private void attend(int from, int to) {
    int longest = 0;
    for (int item = from; item < to; item++) {
      longest = Math.max(longest, runs.get(item / keys.kvHeads).end());
    }
    Quad quad = new Quad(group, d, PageLoops.padded(longest), scoring.window);
    float[] sums = new float[PageLoops.ROWS * d];
    for (int item = from; item < to; item++) {
      Run run = runs.get(item / keys.kvHeads);
      int kvHead = item % keys.kvHeads;
      for (int first = 0; first < run.count * group; first += PageLoops.ROWS) {
        quad.moveTo(run, kvHead, first);
        attend(quad, sums);
      }
    }
  }

  private void attend(Quad quad, float[] sums) {
    quad.load(queries, scoring.scale, quad.rows);
    int begin = quad.begin();
    int end = quad.end();
    boolean two = quad.live() <= 2;
    if (two) {
      PageLoops.productsOfTwo(quad.of(keys), quad.rows, begin, end, quad.scores, quad.capacity);
    } else {
      PageLoops.products(quad.of(keys), quad.rows, begin, end, quad.scores, quad.capacity);
    }
    for (int r = 0; r < (two ? 2 : PageLoops.ROWS); r++) {
      quad.softmax[r] = PageLoops.exponentials(quad.scores, r * quad.capacity, quad.range(r));
    }
    if (two) {
      PageLoops.weightedSumsOfTwo(quad.of(values), quad.scores, quad.capacity, begin, end, sums);
    } else {
      PageLoops.weightedSums(quad.of(values), quad.scores, quad.capacity, begin, end, sums);
    }
    for (int r = 0; r < quad.live(); r++) {
      PageLoops.Softmax softmax = quad.softmax[r];
      PageLoops.save(sums, r, 1 / softmax.sum(), out.memory(), quad.at(out, r), d);
      int place = quad.statistics(r, keys.kvHeads);
      statistics.ifPresent(memory -> {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, place, softmax.largest());
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, place + 1L, softmax.sum());
      });
    }
  }
}
