package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * One new token a row attends to the row's own keys and values, wherever their pages lie: no
 * padding, no mask, no copy.
 *
 * <p>Keys and values are FLOAT32; products, softmax and sums are FLOAT64, so that rounding the
 * result to FLOAT32 hides the order of the sums. The plain reference gathers the pages and calls
 * libtorch's attention ({@code PagedAttention} in the model room).
 *
 * <p>In a page the keys lie turned, [d, tokens], and the values upright, [tokens, d]: both loops
 * then run along the memory, the first with a token a lane, the second with a dimension a lane.
 */
public final class RaggedAttention {
  /** Tokens of a page; a multiple of every machine's lanes. */
  public static final int PAGE = 16;

  private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> NARROW =
      VectorSpecies.of(float.class, VectorShape.forBitSize(WIDE.vectorBitSize() / 2));
  private static final int LANES = WIDE.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Below so many products a second thread costs more than it brings. */
  private static final long WORTH_A_THREAD = 200_000;

  private final HostRows queries;
  private final Pages keys;
  private final Pages values;
  private final int[][] tables;
  private final int[] lengths;
  private final HostRows out;
  private final int kvHeads;
  private final int group; // query heads that share a key head
  private final int d;

  /**
   * One layer's keys or values: page after page, in each page key head after key head.
   *
   * @param d dimensions of a head
   */
  private record Pages(MemorySegment memory, int kvHeads, int d) {
    /** Bytes before a page's part for one key head. */
    private long at(int page, int head) {
      return ((long) page * kvHeads + head) * d * PAGE * Float.BYTES;
    }
  }

  private RaggedAttention(
      HostRows queries,
      Pages keys,
      Pages values,
      int[][] tables,
      int[] lengths,
      HostRows out,
      int group) {
    this.queries = queries;
    this.keys = keys;
    this.values = values;
    this.tables = tables;
    this.lengths = lengths;
    this.out = out;
    this.kvHeads = keys.kvHeads;
    this.group = group;
    this.d = keys.d;
  }

  /** Whether these can be attended to here: FLOAT32 in the host's memory, whole lanes a head. */
  public static boolean takes(Tensor queries, Tensor keys) {
    return queries.dtype() == DType.FLOAT32
        && keys.dtype() == DType.FLOAT32
        && keys.isOnHost()
        && queries.size(2) % LANES == 0;
  }

  /**
   * Writes each row's new key and value into its place, the last that its length counts.
   *
   * @param newKeys [rows or more, kvHeads, d] FLOAT32
   * @param newValues [rows or more, kvHeads, d] FLOAT32
   * @param keys [pages, kvHeads, d, PAGE] FLOAT32
   * @param values [pages, kvHeads, PAGE, d] FLOAT32
   * @param tables for each row the pages of its keys and values, in order
   * @param lengths for each row how many tokens it has, with the new one
   */
  public static void store(
      Tensor newKeys, Tensor newValues, Tensor keys, Tensor values, int[][] tables, int[] lengths) {
    HostRows k = newKeys.hostRows();
    HostRows v = newValues.hostRows();
    Pages keyPages = pages(keys, newKeys);
    Pages valuePages = pages(values, newKeys);
    for (int row = 0; row < lengths.length; row++) {
      int place = lengths[row] - 1;
      store(k, v, row, keyPages, valuePages, tables[row][place / PAGE], place % PAGE);
    }
  }

  private static Pages pages(Tensor pages, Tensor newKeys) {
    return new Pages(pages.memory(), (int) newKeys.size(1), (int) newKeys.size(2));
  }

  private static void store(
      HostRows key, HostRows value, int row, Pages keys, Pages values, int page, int slot) {
    int d = keys.d;
    for (int head = 0; head < keys.kvHeads; head++) {
      long to = keys.at(page, head) + (long) slot * Float.BYTES;
      long from = key.at(row) + (long) head * d * Float.BYTES;
      for (int i = 0; i < d; i++) {
        keys.memory.set(
            ValueLayout.JAVA_FLOAT,
            to + (long) i * PAGE * Float.BYTES,
            key.memory().get(ValueLayout.JAVA_FLOAT, from + (long) i * Float.BYTES));
      }
      MemorySegment.copy(
          value.memory(),
          value.at(row) + (long) head * d * Float.BYTES,
          values.memory,
          values.at(page, head) + (long) slot * d * Float.BYTES,
          (long) d * Float.BYTES);
    }
  }

  /**
   * Softmax(q·kᵀ/√d)·v for each row and head.
   *
   * @param queries [rows or more, heads, d] FLOAT32; heads is a multiple of kvHeads
   * @param keys [pages, kvHeads, d, PAGE] FLOAT32
   * @param values [pages, kvHeads, PAGE, d] FLOAT32
   * @param tables for each row the pages of its keys and values, in order
   * @param lengths for each row how many tokens it sees
   * @param out [rows or more, heads·d] FLOAT32, its first rows overwritten
   */
  public static void attend(
      Tensor queries, Tensor keys, Tensor values, int[][] tables, int[] lengths, Tensor out) {
    int heads = (int) queries.size(1);
    int kvHeads = (int) keys.size(1);
    int d = (int) queries.size(2);
    RaggedAttention all =
        new RaggedAttention(
            queries.hostRows(),
            new Pages(keys.memory(), kvHeads, d),
            new Pages(values.memory(), kvHeads, d),
            tables,
            lengths,
            out.hostRows(),
            heads / kvHeads);
    long products = 2L * heads * d * Arrays.stream(lengths).asLongStream().sum();
    OpenMp.forEach(tables.length * kvHeads, products > WORTH_A_THREAD, all::attend);
  }

  /** Some of the pairs of row and key head. */
  private void attend(int from, int to) {
    double[] scores = new double[0];
    double[] query = new double[2 * d];
    for (int item = from; item < to; item++) {
      int row = item / kvHeads;
      int room = 2 * padded(lengths[row]);
      if (scores.length < room) {
        scores = new double[Math.max(room, 2 * scores.length)];
      }
      // Two query heads at a time, so that each key and value is loaded once for both; the last of
      // an odd number stands with itself.
      for (int head = 0; head < group; head += 2) {
        attend(row, item % kvHeads, head, Math.min(head + 1, group - 1), query, scores);
      }
    }
  }

  private static int padded(int length) {
    return (length + PAGE - 1) / PAGE * PAGE;
  }

  private void attend(int row, int kvHead, int a, int b, double[] query, double[] scores) {
    int length = lengths[row];
    int padded = padded(length);
    long first = queries.at(row) + (long) kvHead * group * d * Float.BYTES;
    double scale = 1 / Math.sqrt(d);
    for (int i = 0; i < d; i++) {
      query[i] = scale * queries.memory().get(ValueLayout.JAVA_FLOAT, first + 4L * (a * d + i));
      query[d + i] = scale * queries.memory().get(ValueLayout.JAVA_FLOAT, first + 4L * (b * d + i));
    }
    int[] table = tables[row];
    for (int p = 0; p < padded / PAGE; p++) {
      for (int t = 0; t < PAGE; t += 2 * LANES) {
        score(
            keys.memory,
            keys.at(table[p], kvHead) + 4L * t,
            d,
            query,
            scores,
            p * PAGE + t,
            padded);
      }
    }
    double overA = 1 / exponentials(scores, 0, length, padded);
    double overB = 1 / exponentials(scores, padded, length, padded);
    long result = out.at(row) + (long) kvHead * group * d * Float.BYTES;
    int i = 0;
    for (; i + 2 * LANES <= d; i += 2 * LANES) {
      long toA = result + 4L * (a * d + i);
      long toB = result + 4L * (b * d + i);
      gatherTwo(table, kvHead, i, scores, length, padded, overA, overB, toA, toB);
    }
    if (i < d) {
      long toA = result + 4L * (a * d + i);
      long toB = result + 4L * (b * d + i);
      gatherOne(table, kvHead, i, scores, length, padded, overA, overB, toA, toB);
    }
  }

  /** q·k of two heads and 2·LANES tokens. */
  private static void score(
      MemorySegment keys, long at, int d, double[] query, double[] scores, int token, int padded) {
    DoubleVector a0 = DoubleVector.zero(WIDE);
    DoubleVector a1 = DoubleVector.zero(WIDE);
    DoubleVector b0 = DoubleVector.zero(WIDE);
    DoubleVector b1 = DoubleVector.zero(WIDE);
    for (int i = 0; i < d; i++) {
      DoubleVector k0 = load(keys, at + 4L * i * PAGE);
      DoubleVector k1 = load(keys, at + 4L * (i * PAGE + LANES));
      DoubleVector qa = DoubleVector.broadcast(WIDE, query[i]);
      DoubleVector qb = DoubleVector.broadcast(WIDE, query[d + i]);
      a0 = k0.fma(qa, a0);
      a1 = k1.fma(qa, a1);
      b0 = k0.fma(qb, b0);
      b1 = k1.fma(qb, b1);
    }
    a0.intoArray(scores, token);
    a1.intoArray(scores, token + LANES);
    b0.intoArray(scores, padded + token);
    b1.intoArray(scores, padded + token + LANES);
  }

  /** Scores become exp(score − largest), nothing beyond the length; returns their sum. */
  private static double exponentials(double[] scores, int at, int length, int padded) {
    Arrays.fill(scores, at + length, at + padded, Double.NEGATIVE_INFINITY);
    DoubleVector largest = DoubleVector.broadcast(WIDE, Double.NEGATIVE_INFINITY);
    for (int t = 0; t < padded; t += LANES) {
      largest = largest.max(DoubleVector.fromArray(WIDE, scores, at + t));
    }
    double most = largest.reduceLanes(VectorOperators.MAX);
    DoubleVector sum = DoubleVector.zero(WIDE);
    for (int t = 0; t < padded; t += LANES) {
      DoubleVector e = Exponential.of(DoubleVector.fromArray(WIDE, scores, at + t).sub(most));
      e.intoArray(scores, at + t);
      sum = sum.add(e);
    }
    return inOrder(sum);
  }

  /** The sum of all lanes; the Vector API's own may take them in any order. */
  private static double inOrder(DoubleVector lanes) {
    double sum = 0;
    for (double lane : lanes.toArray()) {
      sum += lane;
    }
    return sum;
  }

  /** Σ p·v of two heads and 2·LANES dimensions. */
  private void gatherTwo(
      int[] table,
      int kvHead,
      int dimension,
      double[] scores,
      int length,
      int padded,
      double overA,
      double overB,
      long toA,
      long toB) {
    DoubleVector a0 = DoubleVector.zero(WIDE);
    DoubleVector a1 = DoubleVector.zero(WIDE);
    DoubleVector b0 = DoubleVector.zero(WIDE);
    DoubleVector b1 = DoubleVector.zero(WIDE);
    for (int p = 0, t = 0; t < length; p++) {
      long at = values.at(table[p], kvHead) + 4L * dimension;
      int end = Math.min(length, t + PAGE);
      for (; t < end; t++, at += 4L * d) {
        DoubleVector v0 = load(values.memory, at);
        DoubleVector v1 = load(values.memory, at + 4L * LANES);
        DoubleVector pa = DoubleVector.broadcast(WIDE, scores[t]);
        DoubleVector pb = DoubleVector.broadcast(WIDE, scores[padded + t]);
        a0 = v0.fma(pa, a0);
        a1 = v1.fma(pa, a1);
        b0 = v0.fma(pb, b0);
        b1 = v1.fma(pb, b1);
      }
    }
    save(a0.mul(overA), toA);
    save(a1.mul(overA), toA + 4L * LANES);
    save(b0.mul(overB), toB);
    save(b1.mul(overB), toB + 4L * LANES);
  }

  /** The same of LANES dimensions. */
  private void gatherOne(
      int[] table,
      int kvHead,
      int dimension,
      double[] scores,
      int length,
      int padded,
      double overA,
      double overB,
      long toA,
      long toB) {
    DoubleVector a = DoubleVector.zero(WIDE);
    DoubleVector b = DoubleVector.zero(WIDE);
    for (int p = 0, t = 0; t < length; p++) {
      long at = values.at(table[p], kvHead) + 4L * dimension;
      int end = Math.min(length, t + PAGE);
      for (; t < end; t++, at += 4L * d) {
        DoubleVector v = load(values.memory, at);
        a = v.fma(DoubleVector.broadcast(WIDE, scores[t]), a);
        b = v.fma(DoubleVector.broadcast(WIDE, scores[padded + t]), b);
      }
    }
    save(a.mul(overA), toA);
    save(b.mul(overB), toB);
  }

  private static DoubleVector load(MemorySegment memory, long at) {
    return (DoubleVector)
        FloatVector.fromMemorySegment(NARROW, memory, at, ORDER)
            .convertShape(VectorOperators.F2D, WIDE, 0);
  }

  private void save(DoubleVector x, long at) {
    ((FloatVector) x.convertShape(VectorOperators.D2F, NARROW, 0))
        .intoMemorySegment(out.memory(), at, ORDER);
  }
}
