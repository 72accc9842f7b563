package io.braid.task.visual;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A picture divided into equal cells, so that things in different cells do not touch.
 *
 * @param cells cells in a row and in a column
 */
record Board(int cells) {
  /** With 4 cells in a row, a cell is what a tower with merged patches of 28 pixels sees as one. */
  static Board of(int difficulty) {
    return new Board(difficulty <= 2 ? 4 : difficulty + 2);
  }

  /** A cell. */
  record Cell(int row, int column) {}

  int cellSize() {
    return Picture.UNITS / cells;
  }

  /** Returns the size of the largest things, which have some room to move within a cell. */
  int mostSize() {
    return cellSize() - 4;
  }

  /** Returns the size of the smallest things, at least 10 units. */
  int leastSize() {
    return Math.max(10, mostSize() - 10);
  }

  /** Returns a size of things, an even number. */
  int size(Random random) {
    return 2 * Draw.between(leastSize() / 2, mostSize() / 2, random);
  }

  /** Returns different cells in random order. */
  List<Cell> some(int count, Random random) {
    List<Cell> all = new ArrayList<>();
    for (int row = 0; row < cells; row++) {
      for (int column = 0; column < cells; column++) {
        all.add(new Cell(row, column));
      }
    }
    Collections.shuffle(all, random);
    return all.subList(0, count);
  }

  /** Places something with a size at random within a cell, away from its edges. */
  Point place(Cell cell, int width, int height, Random random) {
    int edge = (Picture.UNITS - cells * cellSize()) / 2;
    return new Point(
        edge + cell.column * cellSize() + within(width, random),
        edge + cell.row * cellSize() + within(height, random));
  }

  private int within(int size, Random random) {
    return 1 + random.nextInt(cellSize() - 1 - size);
  }
}
