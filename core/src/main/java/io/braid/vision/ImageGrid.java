package io.braid.vision;

/**
 * The patches of an image as the tower sees them.
 *
 * @param rows number of patches along the height, a multiple of {@code merge}
 * @param columns number of patches along the width, a multiple of {@code merge}
 * @param merge number of patches that the merger joins along each axis
 */
public record ImageGrid(int rows, int columns, int merge) {
  /** Checks that the patches form whole blocks. */
  public ImageGrid {
    if (rows < 1 || columns < 1 || merge < 1 || rows % merge != 0 || columns % merge != 0) {
      throw new IllegalArgumentException(
          "%s by %s patches in blocks of %s".formatted(rows, columns, merge));
    }
  }

  /** Returns the number of patches. */
  public int patches() {
    return Math.multiplyExact(rows, columns);
  }

  /** Returns the number of image tokens along the height. */
  public int tokenRows() {
    return rows / merge;
  }

  /** Returns the number of image tokens along the width. */
  public int tokenColumns() {
    return columns / merge;
  }

  /** Returns the number of image tokens, one for each block of patches. */
  public int tokens() {
    return tokenRows() * tokenColumns();
  }
}
