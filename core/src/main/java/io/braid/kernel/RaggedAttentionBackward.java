package io.braid.kernel;

import io.braid.kernel.RaggedAttention.Pages;
import io.braid.kernel.RaggedAttention.Run;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * The backward pass of {@link RaggedAttention}. With p = softmax(s), s = a·q·k, o = Σ p·v and g the
 * gradient with respect to o:
 *
 * <pre>
 *   ∂/∂v = Σ p g ,   ∂/∂s = p (g·v − g·o) ,   ∂/∂q = Σ a (∂/∂s) k ,   ∂/∂k = Σ a (∂/∂s) q
 * </pre>
 *
 * <p>Probabilities are recomputed from the two statistics per row that the forward pass kept.
 */
public final class RaggedAttentionBackward {
  private final Forward forward;
  private final HostRows queries;
  private final HostRows out;
  private final HostRows gradient;
  private final HostRows atQueries;
  private final MemorySegment statistics;
  private final Pages transposedKeys;
  private final Pages keys;
  private final Pages transposedValues;
  private final Pages atKeys;
  private final Pages atValues;
  private final int kvHeads;
  private final int group;
  private final int d;

  /**
   * The inputs and results of the forward pass.
   *
   * @param queries [n, heads, d]
   * @param transposedKeys [pages, kvHeads, d, PAGE], 0 in slots without a token
   * @param keys [pages, kvHeads, PAGE, d], 0 in slots without a token
   * @param transposedValues [pages, kvHeads, d, PAGE], 0 in slots without a token
   * @param families groups of runs whose sequences share pages
   * @param out [n, heads·d]
   * @param statistics [n, heads, 2]
   * @param scoring how scores are computed, with the scale a
   */
  public record Forward(
      Tensor queries,
      Tensor transposedKeys,
      Tensor keys,
      Tensor transposedValues,
      List<List<Run>> families,
      Tensor out,
      Tensor statistics,
      RaggedAttention.Scoring scoring) {}

  private RaggedAttentionBackward(
      Forward forward, Tensor gradient, Tensor atQueries, Tensor atKeys, Tensor atValues) {
    this.forward = forward;
    this.kvHeads = (int) forward.keys.size(1);
    this.group = (int) (forward.queries.size(1) / kvHeads);
    this.d = (int) forward.queries.size(2);
    this.queries = forward.queries.hostRows();
    this.out = forward.out.hostRows();
    this.statistics = forward.statistics.memory();
    this.gradient = gradient.hostRows();
    this.atQueries = atQueries.hostRows();
    this.transposedKeys = Pages.of(forward.transposedKeys, d);
    this.keys = Pages.of(forward.keys, d);
    this.transposedValues = Pages.of(forward.transposedValues, d);
    this.atKeys = Pages.of(atKeys, d);
    this.atValues = Pages.of(atValues, d);
  }

  /**
   * Computes the gradients.
   *
   * @param gradient [n, heads·d] gradient with respect to the output
   * @param atQueries [n, heads, d], overwritten by the gradient of the queries
   * @param atKeys [pages, kvHeads, PAGE, d], accumulates the gradient of the keys
   * @param atValues [pages, kvHeads, PAGE, d], accumulates the gradient of the values
   */
  public static void backward(
      Forward forward, Tensor gradient, Tensor atQueries, Tensor atKeys, Tensor atValues) {
    RaggedAttentionBackward all =
        new RaggedAttentionBackward(forward, gradient, atQueries, atKeys, atValues);
    long products =
        forward.families.stream()
            .mapToLong(runs ->
                RaggedAttention.products(runs, forward.queries.size(1), forward.queries.size(2)))
            .sum();
    OpenMp.forEach(
        forward.families.size() * all.kvHeads,
        2 * products > RaggedAttention.WORTH_A_THREAD,
        all::backward);
  }

  /** Computes a range of pairs of family and key head; no other thread adds to their pages. */
  private void backward(int from, int to) {
    for (int item = from; item < to; item++) {
      List<Run> runs = forward.families.get(item / kvHeads);
      int longest = runs.stream().mapToInt(Run::end).max().orElse(0);
      Quad quad = new Quad(group, d, PageLoops.padded(longest), forward.scoring.window());
      float[] atOut = new float[quad.rows.length]; // [ROWS, d]
      float[] atScores = new float[quad.scores.length]; // [ROWS, capacity]
      float[] atQuery = new float[quad.rows.length]; // [ROWS, d]
      for (Run run : runs) {
        for (int first = 0; first < run.count() * group; first += PageLoops.ROWS) {
          quad.moveTo(run, item % kvHeads, first);
          backward(quad, atOut, atScores, atQuery);
        }
      }
    }
  }

  private void backward(Quad quad, float[] atOut, float[] atScores, float[] atQuery) {
    float scale = forward.scoring.scale();
    int begin = quad.begin();
    int end = quad.end();
    int capacity = quad.capacity;
    quad.load(queries, scale, quad.rows);
    quad.load(gradient, 1, atOut);
    PageLoops.products(quad.of(transposedKeys), quad.rows, begin, end, quad.scores, capacity);
    PageLoops.products(quad.of(transposedValues), atOut, begin, end, atScores, capacity);
    for (int r = 0; r < PageLoops.ROWS; r++) {
      if (r >= quad.live()) { // a repeated row must add nothing
        Arrays.fill(quad.scores, r * capacity + begin, r * capacity + PageLoops.padded(end), 0);
        Arrays.fill(atScores, r * capacity + begin, r * capacity + PageLoops.padded(end), 0);
        continue;
      }
      PageLoops.probabilities(quad.scores, r * capacity, quad.range(r), softmax(quad, r));
      float mean =
          PageLoops.dot(gradient.memory(), quad.at(gradient, r), out.memory(), quad.at(out, r), d);
      PageLoops.throughSoftmax(quad.scores, atScores, r * capacity, begin, end, mean);
    }
    PageLoops.weightedSums(quad.of(keys), atScores, capacity, begin, end, atQuery);
    for (int r = 0; r < quad.live(); r++) {
      PageLoops.save(atQuery, r, scale, atQueries.memory(), quad.at(atQueries, r), d);
    }
    PageLoops.addOuter(quad.of(atValues), quad.scores, capacity, begin, end, atOut);
    PageLoops.addOuter(quad.of(atKeys), atScores, capacity, begin, end, quad.rows);
  }

  private PageLoops.Softmax softmax(Quad quad, int r) {
    int place = quad.statistics(r, kvHeads);
    return new PageLoops.Softmax(
        statistics.getAtIndex(ValueLayout.JAVA_FLOAT, place),
        statistics.getAtIndex(ValueLayout.JAVA_FLOAT, place + 1L));
  }
}
