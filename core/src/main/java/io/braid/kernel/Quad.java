package io.braid.kernel;

import io.braid.tensor.HostRows;
import java.util.Arrays;

/**
 * Some rows of a run that are computed together, a row being a query of one head; with room for
 * their numbers. At a run's end the last one stands in the places of those that are missing.
 */
final class Quad {
  final int room;
  final float[] rows; // [ROWS, d]
  final float[] scores; // [ROWS, room]
  final PageLoops.Softmax[] softmax = new PageLoops.Softmax[PageLoops.ROWS];
  private final int group;
  private final int d;
  private RaggedAttention.Run run = new RaggedAttention.Run(new int[0], 0, 0, 0);
  private int kvHead;
  private int first;

  /**
   * Rows yet without a place.
   *
   * @param group query heads that share a key head
   * @param room tokens that may be seen, padded
   */
  Quad(int group, int d, int room) {
    this.group = group;
    this.d = d;
    this.room = room;
    this.rows = new float[PageLoops.ROWS * d];
    this.scores = new float[PageLoops.ROWS * room];
    Arrays.fill(softmax, new PageLoops.Softmax(0, 1));
  }

  /** Takes its place. */
  void stand(RaggedAttention.Run run, int kvHead, int first) {
    this.run = run;
    this.kvHead = kvHead;
    this.first = first;
  }

  /** How many rows are not repetitions. */
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

  /** Tokens that a row sees. */
  int length(int r) {
    return run.position() + number(r) / group + 1;
  }

  /** Tokens that some row sees. */
  int end() {
    return length(PageLoops.ROWS - 1);
  }

  /** Where a row's numbers are. */
  long at(HostRows tensor, int r) {
    return tensor.at(row(r)) + (long) head(r) * d * Float.BYTES;
  }

  /** Where a row's two statistics are, in numbers. */
  int statistics(int r, int kvHeads) {
    return (row(r) * kvHeads * group + head(r)) * 2;
  }

  /** Takes the rows' numbers out of a tensor, times a factor. */
  void load(HostRows tensor, float factor, float[] into) {
    for (int r = 0; r < PageLoops.ROWS; r++) {
      PageLoops.load(tensor.memory(), at(tensor, r), d, factor, into, r);
    }
  }

  /** The part of pages that the rows see. */
  PageLoops.Head of(RaggedAttention.Pages pages) {
    return pages.head(run.table(), kvHead);
  }
}
