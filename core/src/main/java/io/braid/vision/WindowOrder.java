package io.braid.vision;

import java.util.ArrayList;
import java.util.List;

/**
 * The order in which the tower computes the blocks of patches of several images: window by window,
 * so that the blocks of a window are adjacent. Windows at an image's right and lower edges may be
 * smaller.
 *
 * @param blocks [blocks] the block in each place, counted in the order of the images
 * @param windows number of blocks in each window
 */
record WindowOrder(long[] blocks, int[] windows) {
  /**
   * Orders the blocks of images.
   *
   * @param side height and width of a window, in blocks
   */
  static WindowOrder of(List<ImageGrid> images, int side) {
    long[] blocks = new long[images.stream().mapToInt(ImageGrid::tokens).sum()];
    List<Integer> windows = new ArrayList<>();
    int next = 0;
    int first = 0;
    for (ImageGrid image : images) {
      int rows = image.tokenRows();
      int columns = image.tokenColumns();
      for (int top = 0; top < rows; top += side) {
        for (int left = 0; left < columns; left += side) {
          int before = next;
          for (int row = top; row < Math.min(rows, top + side); row++) {
            for (int column = left; column < Math.min(columns, left + side); column++) {
              blocks[next++] = first + (long) row * columns + column;
            }
          }
          windows.add(next - before);
        }
      }
      first += image.tokens();
    }
    return new WindowOrder(blocks, windows.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Returns the place of each block. */
  long[] places() {
    long[] places = new long[blocks.length];
    for (int place = 0; place < blocks.length; place++) {
      places[(int) blocks[place]] = place;
    }
    return places;
  }
}
