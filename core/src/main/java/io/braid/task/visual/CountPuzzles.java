package io.braid.task.visual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** How many red circles are there? A right response adds up the rows. */
final class CountPuzzles {
  private static final int[] HUES = {2, 3, 4, 6};
  private static final int[] MOST = {4, 5, 7, 9};
  private static final int[] FEWEST_OTHERS = {0, 2, 4, 7};
  private static final int[] MOST_OTHERS = {3, 5, 8, 12};

  private CountPuzzles() {}

  static Puzzle draw(int difficulty, Random random) {
    int level = difficulty - 1;
    List<Hue> hues = Draw.some(HUES[level], Hue.SIX, random);
    List<Shape> shapes = Draw.some(difficulty, List.of(Shape.values()), random);
    Things.Thing asked = new Things.Thing(hues.getFirst(), shapes.getFirst());
    int count = Draw.between(1, MOST[level], random);
    int others = Draw.between(FEWEST_OTHERS[level], MOST_OTHERS[level], random);
    List<Things.Thing> things = new ArrayList<>(Collections.nCopies(count, asked));
    for (int i = 0; i < others; i++) {
      things.add(
          Draw.except(
              List.of(asked),
              () -> new Things.Thing(Draw.one(hues, random), Draw.one(shapes, random))));
    }
    Board board = Board.of(difficulty);
    List<Things.Placed> placed = Things.put(things, board, random);
    return Puzzle.of(
        "How many %s %s are there?".formatted(asked.hue().word(), asked.shape().plural()),
        String.valueOf(count),
        Things.drawn(placed, board, random),
        rows(placed.subList(0, count), board) + " = " + count);
  }

  private static String rows(List<Things.Placed> counted, Board board) {
    int[] rows = new int[board.cells()];
    counted.forEach(each -> rows[each.cell().row()]++);
    return Arrays.stream(rows).mapToObj(String::valueOf).collect(Collectors.joining(" + "));
  }
}
