package io.braid.task.visual;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Things with a colour and a shape that are put on a board, each in a cell of its own. */
final class Things {
  /** A thing that has been put somewhere. */
  record Placed(Thing thing, Board.Cell cell) {}

  /** What is put on a board. */
  record Thing(Hue hue, Shape shape) {}

  private Things() {}

  /** Puts things into random cells. */
  static List<Placed> put(List<Thing> things, Board board, Random random) {
    List<Board.Cell> cells = board.some(things.size(), random);
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < things.size(); i++) {
      placed.add(new Placed(things.get(i), cells.get(i)));
    }
    return placed;
  }

  /** Draws them with random sizes. */
  static List<Mark> drawn(List<Placed> placed, Board board, Random random) {
    List<Mark> marks = new ArrayList<>();
    for (Placed each : placed) {
      int size = board.size(random);
      marks.add(drawn(each, size, board, random));
    }
    return marks;
  }

  /** Draws one with a size. */
  static Mark drawn(Placed placed, int size, Board board, Random random) {
    Point corner = board.place(placed.cell, size, size, random);
    return placed.thing.shape.in(corner.x(), corner.y(), size, placed.thing.hue);
  }
}
