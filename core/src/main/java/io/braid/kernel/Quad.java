package io.braid.kernel;

import io.braid.tensor.HostRows;
import java.util.Arrays;

/**
 * The rows of a run that are computed together, with buffers for their results. Each row is a query
 * of one head. At the end of a run, the last row is repeated in place of missing rows.
 */
final class Quad {
  final int capacity;
  final float[] rows; // [ROWS, d]
  final float[] scores; // [ROWS, capacity]
  final PageLoops.Softmax[] softmax = new PageLoops.Softmax[PageLoops.ROWS];
  private final int group;
  private final int d;
  private final int window;
  private RaggedAttention.Run run = new RaggedAttention.Run(new int[0], 0, 0, 0);
  private int kvHead;
  private int first;

  /**
   * Allocates the buffers, which are not assigned to rows yet.
   *
   * @param group number of query heads that share a key head
   * @param capacity maximum number of tokens to attend to, padded
   * @param window maximum number of tokens that a row attends to, counted from the last one back
   */
  Quad(int group, int d, int capacity, int window) {
    this.window = window;
    this.group = group;
    this.d = d;
    this.capacity = capacity;
    this.rows = new float[PageLoops.ROWS * d];
    this.scores = new float[PageLoops.ROWS * capacity];
    Arrays.fill(softmax, new PageLoops.Softmax(0, 1));
  }

  /** Assigns the buffers to different rows. */
  void moveTo(RaggedAttention.Run run, int kvHead, int first) {
    this.run = run;
    this.kvHead = kvHead;
    this.first = first;
  }

  /** Returns the number of rows that are not repetitions. */
  int live() {
    return Math.min(PageLoops.ROWS, run.count() * group - first);
  }

  private int number(int r) {
    return Math.min(first + r, run.count() * group - 1);
  }

  private int row(int r) {
    return run.row() + number(r) / group;
  }

  private int head(int r) {
    return kvHead * group + number(r) % group;
  }

  /** Returns the index after the last token that a row attends to. */
  private int length(int r) {
    return run.position() + number(r) / group + 1;
  }

  private int from(int r) {
    return Math.max(0, length(r) - window);
  }

  /** Returns the index of the first token that the rows attend to, aligned for the loops. */
  int begin() {
    return PageLoops.aligned(from(0));
  }

  /** Returns the tokens that a row attends to. */
  PageLoops.Range range(int r) {
    return new PageLoops.Range(begin(), from(r), length(r), end());
  }

  /** Returns the index after the last token that any of the rows attends to. */
  int end() {
    return length(PageLoops.ROWS - 1);
  }

  /** Returns the byte offset of a row. */
  long at(HostRows tensor, int r) {
    return tensor.at(row(r)) + (long) head(r) * d * Float.BYTES;
  }

  /** Returns the index of a row's two softmax statistics. */
  int statistics(int r, int kvHeads) {
    return (row(r) * kvHeads * group + head(r)) * 2;
  }

  /** Loads the rows from a tensor and multiplies them by a factor. */
  void load(HostRows tensor, float factor, float[] into) {
    for (int r = 0; r < PageLoops.ROWS; r++) {
      PageLoops.load(tensor.memory(), at(tensor, r), d, factor, into, r);
    }
  }

  /** Returns the pages that the rows attend to. */
  PageLoops.Head of(RaggedAttention.Pages pages) {
    return pages.head(run.table(), kvHead);
  }
}
