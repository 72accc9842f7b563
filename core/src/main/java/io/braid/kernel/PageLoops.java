package io.braid.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of attention, each over {@link #ROWS} rows and the pages of one sequence and
 * one key head. A row is a query of one head, or the corresponding output or gradient.
 *
 * <p>Every sum runs in the order of the dimensions or of the tokens, so a row's result is the same
 * bit for bit, regardless of the other rows.
 */
final class PageLoops {
  /** Rows processed together; each number in a page is loaded once for all of them. */
  static final int ROWS = 4;

  private static final int PAGE = RaggedAttention.PAGE;
  private static final VectorSpecies<Float> SPECIES = Vectors.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private PageLoops() {}

  /** Returns the buffer size for a number of tokens and what the loops overwrite after them. */
  static int padded(int tokens) {
    return (tokens + 4 * LANES - 1) / (4 * LANES) * (4 * LANES);
  }

  /** Rounds a position down to where both a page and a step of the loops begin. */
  static int aligned(int token) {
    return token / (4 * LANES) * (4 * LANES);
  }

  /** Rounds a number of tokens up to whole vectors. */
  private static int lanes(int tokens) {
    return (tokens + LANES - 1) / LANES * LANES;
  }

  /** One sequence's keys, values or gradients for one key head. */
  record Head(MemorySegment memory, int[] table, int kvHeads, int kvHead, int d) {
    /** Returns the byte offset of a page. */
    long at(int page) {
      return ((long) table[page] * kvHeads + kvHead) * d * PAGE * Float.BYTES;
    }

    /** Returns the byte offset of a token's first dimension in transposed pages. */
    private long transposedAt(int token) {
      return at(token / PAGE) + (long) (token % PAGE) * Float.BYTES;
    }
  }

  /**
   * Computes x·k for each row and token.
   *
   * @param transposed pages [d, PAGE]
   * @param rows [ROWS, d], x
   * @param first index of the first token, aligned by {@link #aligned}
   * @param tokens index after the last token; some products after it are overwritten too
   * @param products [ROWS, capacity]
   */
  static void products(
      Head transposed, float[] rows, int first, int tokens, float[] products, int capacity) {
    int lastPage = (tokens - 1) / PAGE;
    for (int t = first; t < tokens; t += 2 * LANES) {
      int next = (t + LANES) / PAGE <= lastPage ? t + LANES : t; // else the second is not needed
      products(
          transposed.memory,
          transposed.transposedAt(t),
          transposed.transposedAt(next),
          transposed.d,
          rows,
          products,
          t,
          capacity);
    }
  }

  private static void products(
      MemorySegment memory,
      long first,
      long second,
      int d,
      float[] rows,
      float[] products,
      int to,
      int capacity) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector e0 = FloatVector.zero(SPECIES);
    FloatVector e1 = FloatVector.zero(SPECIES);
    for (int i = 0; i < d; i++) {
      long line = 4L * i * PAGE;
      FloatVector k0 = FloatVector.fromMemorySegment(SPECIES, memory, first + line, ORDER);
      FloatVector k1 = FloatVector.fromMemorySegment(SPECIES, memory, second + line, ORDER);
      FloatVector a = FloatVector.broadcast(SPECIES, rows[i]);
      a0 = k0.fma(a, a0);
      a1 = k1.fma(a, a1);
      FloatVector b = FloatVector.broadcast(SPECIES, rows[d + i]);
      b0 = k0.fma(b, b0);
      b1 = k1.fma(b, b1);
      FloatVector c = FloatVector.broadcast(SPECIES, rows[2 * d + i]);
      c0 = k0.fma(c, c0);
      c1 = k1.fma(c, c1);
      FloatVector e = FloatVector.broadcast(SPECIES, rows[3 * d + i]);
      e0 = k0.fma(e, e0);
      e1 = k1.fma(e, e1);
    }
    a0.intoArray(products, to);
    a1.intoArray(products, to + LANES);
    b0.intoArray(products, capacity + to);
    b1.intoArray(products, capacity + to + LANES);
    c0.intoArray(products, 2 * capacity + to);
    c1.intoArray(products, 2 * capacity + to + LANES);
    e0.intoArray(products, 3 * capacity + to);
    e1.intoArray(products, 3 * capacity + to + LANES);
  }

  /**
   * Computes {@link #products} for two rows, such as two query heads that share a key head.
   *
   * @param rows [2 or more, d], x
   * @param products [2 or more, capacity]
   */
  static void productsOfTwo(
      Head transposed, float[] rows, int first, int tokens, float[] products, int capacity) {
    int lastPage = (tokens - 1) / PAGE;
    for (int t = first; t < tokens; t += 4 * LANES) {
      productsOfTwo(
          transposed.memory,
          transposed.transposedAt(t),
          transposed.transposedAt(
              Math.min((t + LANES) / PAGE, lastPage) * PAGE + (t + LANES) % PAGE),
          transposed.transposedAt(
              Math.min((t + 2 * LANES) / PAGE, lastPage) * PAGE + (t + 2 * LANES) % PAGE),
          transposed.transposedAt(
              Math.min((t + 3 * LANES) / PAGE, lastPage) * PAGE + (t + 3 * LANES) % PAGE),
          transposed.d,
          rows,
          products,
          t,
          capacity);
    }
  }

  private static void productsOfTwo(
      MemorySegment memory,
      long first,
      long second,
      long third,
      long fourth,
      int d,
      float[] rows,
      float[] products,
      int to,
      int capacity) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector a3 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector b2 = FloatVector.zero(SPECIES);
    FloatVector b3 = FloatVector.zero(SPECIES);
    for (int i = 0; i < d; i++) {
      long line = 4L * i * PAGE;
      FloatVector a = FloatVector.broadcast(SPECIES, rows[i]);
      FloatVector b = FloatVector.broadcast(SPECIES, rows[d + i]);
      FloatVector k0 = FloatVector.fromMemorySegment(SPECIES, memory, first + line, ORDER);
      a0 = k0.fma(a, a0);
      b0 = k0.fma(b, b0);
      FloatVector k1 = FloatVector.fromMemorySegment(SPECIES, memory, second + line, ORDER);
      a1 = k1.fma(a, a1);
      b1 = k1.fma(b, b1);
      FloatVector k2 = FloatVector.fromMemorySegment(SPECIES, memory, third + line, ORDER);
      a2 = k2.fma(a, a2);
      b2 = k2.fma(b, b2);
      FloatVector k3 = FloatVector.fromMemorySegment(SPECIES, memory, fourth + line, ORDER);
      a3 = k3.fma(a, a3);
      b3 = k3.fma(b, b3);
    }
    a0.intoArray(products, to);
    a1.intoArray(products, to + LANES);
    a2.intoArray(products, to + 2 * LANES);
    a3.intoArray(products, to + 3 * LANES);
    b0.intoArray(products, capacity + to);
    b1.intoArray(products, capacity + to + LANES);
    b2.intoArray(products, capacity + to + 2 * LANES);
    b3.intoArray(products, capacity + to + 3 * LANES);
  }

  /** The statistics of a row's softmax. */
  record Softmax(float largest, float sum) {}

  /**
   * The tokens that a row attends to, within the tokens of all rows processed together.
   *
   * @param begin the first token of any row, rounded down by {@link #aligned}
   * @param from the row's first token
   * @param to index after the row's last token
   * @param end index after the last token of any row
   */
  record Range(int begin, int from, int to, int end) {
    /** Masks the tokens outside the row's range. */
    private void mask(float[] scores, int at) {
      Arrays.fill(scores, at + begin, at + from, Float.NEGATIVE_INFINITY);
      Arrays.fill(scores, at + to, at + lanes(end), Float.NEGATIVE_INFINITY);
    }
  }

  /**
   * Replaces scores with exp(score − largest), and with 0 outside the row's range.
   *
   * @param at index at which the row begins
   */
  static Softmax exponentials(float[] scores, int at, Range range) {
    int behind = lanes(range.end);
    range.mask(scores, at);
    FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int t = range.begin; t < range.to; t += LANES) {
      most = most.max(FloatVector.fromArray(SPECIES, scores, at + t));
    }
    float largest = most.reduceLanes(VectorOperators.MAX);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int t = range.begin; t < behind; t += LANES) {
      FloatVector e =
          Exponential.ofNegative(FloatVector.fromArray(SPECIES, scores, at + t).sub(largest));
      e.intoArray(scores, at + t);
      sum = sum.add(e);
    }
    return new Softmax(largest, inOrder(sum));
  }

  /** Turns scores into probabilities, given the softmax statistics of the forward pass. */
  static void probabilities(float[] scores, int at, Range range, Softmax known) {
    int behind = lanes(range.end);
    range.mask(scores, at);
    float over = 1 / known.sum;
    for (int t = range.begin; t < behind; t += LANES) {
      Exponential.ofNegative(FloatVector.fromArray(SPECIES, scores, at + t).sub(known.largest))
          .mul(over)
          .intoArray(scores, at + t);
    }
  }

  /** Converts the gradient g of probabilities to that of scores, p·(g − mean), in place. */
  static void throughSoftmax(float[] p, float[] gradients, int at, int begin, int end, float mean) {
    for (int t = begin; t < end; t += LANES) {
      FloatVector.fromArray(SPECIES, gradients, at + t)
          .sub(mean)
          .mul(FloatVector.fromArray(SPECIES, p, at + t))
          .intoArray(gradients, at + t);
    }
  }

  /** Sums all lanes in order; the Vector API's own reduction may use any order. */
  private static float inOrder(FloatVector lanes) {
    float sum = 0;
    for (float lane : lanes.toArray()) {
      sum += lane;
    }
    return sum;
  }

  /** Computes the dot product x·y of two rows in memory. */
  static float dot(MemorySegment x, long xAt, MemorySegment y, long yAt, int d) {
    double sum = 0;
    for (int i = 0; i < d; i++) {
      sum += (double) x.get(FLOAT, xAt + 4L * i) * y.get(FLOAT, yAt + 4L * i);
    }
    return (float) sum;
  }

  /**
   * Computes Σ p·v over the tokens, for each row.
   *
   * @param upright pages [PAGE, d]
   * @param weights [ROWS, capacity], p
   * @param begin index of the first token, aligned by {@link #aligned}
   * @param tokens index after the last token
   * @param sums [ROWS, d], overwritten
   */
  static void weightedSums(
      Head upright, float[] weights, int capacity, int begin, int tokens, float[] sums) {
    for (int i = 0; i < upright.d; i += 2 * LANES) {
      weightedSums(
          upright,
          Math.min(i, upright.d - LANES), // the last lanes may overlap with those before
          Math.min(i + LANES, upright.d - LANES),
          weights,
          capacity,
          begin,
          tokens,
          sums);
    }
  }

  private static void weightedSums(
      Head upright,
      int first,
      int second,
      float[] weights,
      int capacity,
      int begin,
      int tokens,
      float[] sums) {
    MemorySegment memory = upright.memory;
    int d = upright.d;
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector e0 = FloatVector.zero(SPECIES);
    FloatVector e1 = FloatVector.zero(SPECIES);
    for (int p = begin / PAGE, t = begin; t < tokens; p++) {
      long at = upright.at(p);
      int end = Math.min(tokens, t + PAGE);
      for (; t < end; t++, at += 4L * d) {
        FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, memory, at + 4L * first, ORDER);
        FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, memory, at + 4L * second, ORDER);
        FloatVector a = FloatVector.broadcast(SPECIES, weights[t]);
        a0 = v0.fma(a, a0);
        a1 = v1.fma(a, a1);
        FloatVector b = FloatVector.broadcast(SPECIES, weights[capacity + t]);
        b0 = v0.fma(b, b0);
        b1 = v1.fma(b, b1);
        FloatVector c = FloatVector.broadcast(SPECIES, weights[2 * capacity + t]);
        c0 = v0.fma(c, c0);
        c1 = v1.fma(c, c1);
        FloatVector e = FloatVector.broadcast(SPECIES, weights[3 * capacity + t]);
        e0 = v0.fma(e, e0);
        e1 = v1.fma(e, e1);
      }
    }
    a0.intoArray(sums, first);
    a1.intoArray(sums, second);
    b0.intoArray(sums, d + first);
    b1.intoArray(sums, d + second);
    c0.intoArray(sums, 2 * d + first);
    c1.intoArray(sums, 2 * d + second);
    e0.intoArray(sums, 3 * d + first);
    e1.intoArray(sums, 3 * d + second);
  }

  /**
   * Computes {@link #weightedSums} for two rows only.
   *
   * @param weights [2 or more, capacity], p
   * @param sums [2 or more, d], overwritten
   */
  static void weightedSumsOfTwo(
      Head upright, float[] weights, int capacity, int begin, int tokens, float[] sums) {
    for (int i = 0; i < upright.d; i += 2 * LANES) {
      weightedSumsOfTwo(
          upright,
          Math.min(i, upright.d - LANES),
          Math.min(i + LANES, upright.d - LANES),
          weights,
          capacity,
          begin,
          tokens,
          sums);
    }
  }

  private static void weightedSumsOfTwo(
      Head upright,
      int first,
      int second,
      float[] weights,
      int capacity,
      int begin,
      int tokens,
      float[] sums) {
    MemorySegment memory = upright.memory;
    int d = upright.d;
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    for (int p = begin / PAGE, t = begin; t < tokens; p++) {
      long at = upright.at(p);
      int end = Math.min(tokens, t + PAGE);
      for (; t < end; t++, at += 4L * d) {
        FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, memory, at + 4L * first, ORDER);
        FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, memory, at + 4L * second, ORDER);
        FloatVector a = FloatVector.broadcast(SPECIES, weights[t]);
        a0 = v0.fma(a, a0);
        a1 = v1.fma(a, a1);
        FloatVector b = FloatVector.broadcast(SPECIES, weights[capacity + t]);
        b0 = v0.fma(b, b0);
        b1 = v1.fma(b, b1);
      }
    }
    a0.intoArray(sums, first);
    a1.intoArray(sums, second);
    b0.intoArray(sums, d + first);
    b1.intoArray(sums, d + second);
  }

  /**
   * Adds Σ p·x over the rows to each token.
   *
   * @param upright pages [PAGE, d], to which the products are added
   * @param weights [ROWS, capacity], p
   * @param begin index of the first token, aligned by {@link #aligned}
   * @param tokens index after the last token
   * @param rows [ROWS, d], x
   */
  static void addOuter(
      Head upright, float[] weights, int capacity, int begin, int tokens, float[] rows) {
    for (int i = 0; i < upright.d; i += 2 * LANES) {
      addOuter(
          upright,
          Math.min(i, upright.d - LANES),
          Math.min(i + LANES, upright.d - LANES),
          weights,
          capacity,
          begin,
          tokens,
          rows);
    }
  }

  private static void addOuter(
      Head upright,
      int first,
      int second,
      float[] weights,
      int capacity,
      int begin,
      int tokens,
      float[] rows) {
    MemorySegment memory = upright.memory;
    int d = upright.d;
    FloatVector a0 = FloatVector.fromArray(SPECIES, rows, first);
    FloatVector a1 = FloatVector.fromArray(SPECIES, rows, second);
    FloatVector b0 = FloatVector.fromArray(SPECIES, rows, d + first);
    FloatVector b1 = FloatVector.fromArray(SPECIES, rows, d + second);
    FloatVector c0 = FloatVector.fromArray(SPECIES, rows, 2 * d + first);
    FloatVector c1 = FloatVector.fromArray(SPECIES, rows, 2 * d + second);
    FloatVector e0 = FloatVector.fromArray(SPECIES, rows, 3 * d + first);
    FloatVector e1 = FloatVector.fromArray(SPECIES, rows, 3 * d + second);
    for (int p = begin / PAGE, t = begin; t < tokens; p++) {
      long at = upright.at(p);
      int end = Math.min(tokens, t + PAGE);
      for (; t < end; t++, at += 4L * d) {
        FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, memory, at + 4L * first, ORDER);
        FloatVector s1 = FloatVector.fromMemorySegment(SPECIES, memory, at + 4L * second, ORDER);
        FloatVector a = FloatVector.broadcast(SPECIES, weights[t]);
        FloatVector b = FloatVector.broadcast(SPECIES, weights[capacity + t]);
        FloatVector c = FloatVector.broadcast(SPECIES, weights[2 * capacity + t]);
        FloatVector e = FloatVector.broadcast(SPECIES, weights[3 * capacity + t]);
        s0 = e0.fma(e, c0.fma(c, b0.fma(b, a0.fma(a, s0))));
        s1 = e1.fma(e, c1.fma(c, b1.fma(b, a1.fma(a, s1))));
        s0.intoMemorySegment(memory, at + 4L * first, ORDER);
        s1.intoMemorySegment(memory, at + 4L * second, ORDER);
      }
    }
  }

  /** Loads a row from memory and multiplies it by a factor. */
  static void load(MemorySegment memory, long at, int d, float factor, float[] rows, int row) {
    for (int i = 0; i < d; i += LANES) {
      int from = Math.min(i, d - LANES);
      FloatVector.fromMemorySegment(SPECIES, memory, at + 4L * from, ORDER)
          .mul(factor)
          .intoArray(rows, row * d + from);
    }
  }

  /** Multiplies a row by a factor and stores it in memory. */
  static void save(float[] rows, int row, float factor, MemorySegment memory, long at, int d) {
    for (int i = 0; i < d; i += LANES) {
      int from = Math.min(i, d - LANES);
      FloatVector.fromArray(SPECIES, rows, row * d + from)
          .mul(factor)
          .intoMemorySegment(memory, at + 4L * from, ORDER);
    }
  }

  /** Adds d numbers in memory to d other numbers in memory. */
  static void add(MemorySegment numbers, long from, MemorySegment sums, long to, int d) {
    for (int i = 0; i < d; i++) {
      long step = 4L * i;
      sums.set(FLOAT, to + step, sums.get(FLOAT, to + step) + numbers.get(FLOAT, from + step));
    }
  }
}
