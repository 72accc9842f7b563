package io.braid.vision;

import java.util.Arrays;
import java.util.List;

/**
 * The positions of a prompt's tokens in time, height and width (multimodal rotary positions, Wang
 * et al. 2024, arXiv 2409.12191, section 2.1): a text token has the same position on all axes; an
 * image's tokens share the time and count rows and columns; the next token's position is one after
 * the largest so far.
 *
 * @param axes [3][tokens] position of each token in time, height and width
 * @param next position of the token after these, on all axes
 */
public record TokenPositions(int[][] axes, int next) {
  /** Number of axes. */
  public static final int AXES = 3;

  /**
   * Computes positions.
   *
   * @param length number of tokens
   * @param images the images among them, in order
   */
  public static TokenPositions of(int length, List<PlacedImage> images) {
    int[][] axes = new int[AXES][length];
    int next = 0;
    int done = 0;
    for (PlacedImage each : images) {
      next = text(axes, done, each.start(), next);
      next = image(axes, each, next);
      done = each.end();
    }
    return new TokenPositions(axes, text(axes, done, length, next));
  }

  private static int text(int[][] axes, int from, int to, int first) {
    for (int t = from; t < to; t++) {
      for (int[] axis : axes) {
        axis[t] = first + t - from;
      }
    }
    return first + to - from;
  }

  private static int image(int[][] axes, PlacedImage placed, int first) {
    ImageGrid grid = placed.image().grid();
    for (int i = 0; i < grid.tokens(); i++) {
      axes[0][placed.start() + i] = first;
      axes[1][placed.start() + i] = first + i / grid.tokenColumns();
      axes[2][placed.start() + i] = first + i % grid.tokenColumns();
    }
    return first + Math.max(grid.tokenRows(), grid.tokenColumns());
  }

  /** Returns the number of tokens. */
  public int length() {
    return axes[0].length;
  }

  /**
   * Returns the position of a token of these or after them.
   *
   * @param token its index
   */
  public int at(int axis, int token) {
    return token < length() ? axes[axis][token] : next + token - length();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenPositions positions
        && Arrays.deepEquals(positions.axes, axes)
        && positions.next == next;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.deepHashCode(axes) + next;
  }
}
