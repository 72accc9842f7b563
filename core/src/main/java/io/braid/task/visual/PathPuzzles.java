package io.braid.task.visual;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Lines that cross, from letters on the left to numbers on the right. */
final class PathPuzzles {
  private static final int[] LINES = {3, 4, 4, 5};
  private static final int[] STAGES = {1, 2, 2, 3}; // between two columns where lines bend
  private static final int FROM = 13;
  private static final int TO = 99;
  private static final int LETTERS = 6; // the middle of the letters
  private static final int NUMBERS = 106; // the middle of the numbers

  private PathPuzzles() {}

  static Puzzle draw(int difficulty, Random random) {
    int lines = LINES[difficulty - 1];
    int stages = STAGES[difficulty - 1];
    List<List<Integer>> columns = new ArrayList<>(); // for each line its place in the column
    for (int column = 0; column <= stages; column++) {
      columns.add(Draw.numbers(lines, 0, lines - 1, random));
    }
    boolean coloured = difficulty <= 2;
    List<Hue> hues = Draw.some(lines, Hue.SIX, random);
    List<String> letters =
        Draw.numbers(lines, 0, lines - 1, random).stream()
            .map(i -> Glyphs.LETTERS.substring(i, i + 1))
            .toList();
    List<Integer> numbers = Draw.numbers(lines, 1, 9, random);
    List<Mark> marks = new ArrayList<>();
    for (int line = 0; line < lines; line++) {
      Hue hue = coloured ? hues.get(line) : Hue.BLACK;
      for (int stage = 0; stage < stages; stage++) {
        marks.add(
            new Mark.Line(
                new Point(x(stage, stages), y(columns.get(stage).get(line), lines)),
                new Point(x(stage + 1, stages), y(columns.get(stage + 1).get(line), lines)),
                coloured ? 4 : 2,
                hue));
      }
      int start = y(columns.getFirst().get(line), lines);
      int end = y(columns.getLast().get(line), lines);
      marks.addAll(Glyphs.around(letters.get(line), LETTERS, start, Hue.BLACK));
      marks.addAll(Glyphs.around(String.valueOf(numbers.get(line)), NUMBERS, end, Hue.BLACK));
    }
    int asked = random.nextInt(lines);
    String places =
        columns.stream()
            .map(column -> String.valueOf(column.get(asked) + 1))
            .collect(Collectors.joining(", then "));
    return Puzzle.of(
        "At which number does the line from %s end?".formatted(letters.get(asked)),
        String.valueOf(numbers.get(asked)),
        marks,
        "%s is at %s.".formatted(letters.get(asked), places));
  }

  private static int x(int column, int stages) {
    return FROM + column * (TO - FROM) / stages;
  }

  private static int y(int place, int lines) {
    return (2 * place + 1) * Picture.UNITS / (2 * lines);
  }
}
