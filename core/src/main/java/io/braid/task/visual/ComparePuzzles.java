package io.braid.task.visual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/** Comparisons: the most common colour, the largest or smallest thing, and the side of another. */
final class ComparePuzzles {
  private static final int[] MOST_COMMON = {4, 4, 5, 6};
  private static final int[] GAP = {6, 4, 4, 2}; // between the largest and the second, in units
  private static final int[] OTHERS = {0, 2, 5, 10};

  private enum Side {
    LEFT,
    RIGHT,
    ABOVE,
    BELOW;

    boolean inRow() {
      return this == LEFT || this == RIGHT;
    }

    /** Whether rows or columns are counted from the first thing to the second. */
    boolean before() {
      return this == LEFT || this == ABOVE;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private ComparePuzzles() {}

  static Puzzle draw(int difficulty, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> mostCommon(difficulty, random);
      case 1 -> extreme(difficulty, random);
      default -> side(difficulty, random);
    };
  }

  private static Puzzle mostCommon(int difficulty, Random random) {
    List<Hue> hues = Draw.some(difficulty + 2, Hue.SIX, random);
    int most = Draw.between(3, MOST_COMMON[difficulty - 1], random);
    List<Integer> counts = new ArrayList<>(List.of(most));
    while (counts.size() < hues.size()) {
      counts.add(Draw.between(1, difficulty == 1 ? most - 2 : most - 1, random));
    }
    Shape shape = Draw.one(List.of(Shape.values()), random);
    List<Things.Thing> things = new ArrayList<>();
    for (int i = 0; i < hues.size(); i++) {
      for (int thing = 0; thing < counts.get(i); thing++) {
        Shape its = difficulty < 3 ? shape : Draw.one(List.of(Shape.values()), random);
        things.add(new Things.Thing(hues.get(i), its));
      }
    }
    Board board = Board.of(difficulty);
    List<Integer> order = Draw.numbers(hues.size(), 0, hues.size() - 1, random);
    String working =
        order.stream()
            .map(i -> hues.get(i).word() + " " + counts.get(i))
            .collect(Collectors.joining(", "));
    return Puzzle.of(
        "Which colour is the most common?",
        hues.getFirst().word(),
        Things.drawn(Things.put(things, board, random), board, random),
        working);
  }

  private static Puzzle extreme(int difficulty, Random random) {
    Board board = Board.of(difficulty);
    List<Hue> hues = Draw.some(difficulty + 2, Hue.SIX, random);
    boolean largest = random.nextBoolean();
    int gap = GAP[difficulty - 1];
    int smallest = board.leastSize();
    int biggest = board.mostSize();
    int extreme =
        largest
            ? 2 * Draw.between((smallest + gap) / 2, biggest / 2, random)
            : 2 * Draw.between(smallest / 2, (biggest - gap) / 2, random);
    Shape shape = Draw.one(List.of(Shape.values()), random);
    List<Things.Placed> placed =
        Things.put(hues.stream().map(hue -> new Things.Thing(hue, shape)).toList(), board, random);
    List<Mark> marks = new ArrayList<>();
    for (Things.Placed each : placed) {
      int other =
          largest
              ? 2 * Draw.between(smallest / 2, (extreme - gap) / 2, random)
              : 2 * Draw.between((extreme + gap) / 2, biggest / 2, random);
      int size = marks.isEmpty() ? extreme : other;
      marks.add(Things.drawn(each, size, board, random));
    }
    return Puzzle.of(
        "Which colour is the %s %s?".formatted(largest ? "largest" : "smallest", shape.word()),
        hues.getFirst().word(),
        marks,
        "");
  }

  private static Puzzle side(int difficulty, Random random) {
    Board board = Board.of(difficulty);
    Side side = Draw.one(List.of(Side.values()), random);
    List<Hue> hues = Draw.some(2, Hue.SIX, random);
    Things.Thing first = new Things.Thing(hues.get(0), Draw.one(List.of(Shape.values()), random));
    Things.Thing second = new Things.Thing(hues.get(1), Draw.one(List.of(Shape.values()), random));
    int same = random.nextInt(board.cells()); // row or column
    List<Integer> apart = Draw.numbers(2, 0, board.cells() - 1, random).stream().sorted().toList();
    int here = side.before() ? apart.get(0) : apart.get(1);
    int there = apart.get(0) + apart.get(1) - here;
    Board.Cell one = cell(side, same, here);
    Board.Cell two = cell(side, same, there);
    List<Things.Placed> placed =
        new ArrayList<>(List.of(new Things.Placed(first, one), new Things.Placed(second, two)));
    board.some(board.cells() * board.cells(), random).stream()
        .filter(cell -> !cell.equals(one) && !cell.equals(two))
        .limit(OTHERS[difficulty - 1])
        .forEach(
            cell -> placed.add(new Things.Placed(other(List.of(first, second), random), cell)));
    return Puzzle.of(
        "Is the %s %s left of, right of, above or below the %s %s?"
            .formatted(
                first.hue().word(),
                first.shape().word(),
                second.hue().word(),
                second.shape().word()),
        side.word(),
        Things.drawn(placed, board, random),
        "%s row %s column %s, %s row %s column %s"
            .formatted(
                first.hue().word(),
                one.row() + 1,
                one.column() + 1,
                second.hue().word(),
                two.row() + 1,
                two.column() + 1));
  }

  private static Board.Cell cell(Side side, int same, int along) {
    return side.inRow() ? new Board.Cell(same, along) : new Board.Cell(along, same);
  }

  private static Things.Thing other(List<Things.Thing> not, Random random) {
    return Draw.except(
        not,
        () ->
            new Things.Thing(Draw.one(Hue.SIX, random), Draw.one(List.of(Shape.values()), random)));
  }
}
