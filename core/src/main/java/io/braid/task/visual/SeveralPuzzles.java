package io.braid.task.visual;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Questions with two to five right answers, of which one is to be named. */
final class SeveralPuzzles {
  private static final int TWICE = 2;
  private static final Board FRAMES = new Board(4);
  private static final int FRAME_WIDTH = 24;
  private static final int FRAME_HEIGHT = 20;
  private static final int BORDER = 3;

  private SeveralPuzzles() {}

  static Puzzle draw(int difficulty, Random random) {
    return random.nextBoolean() ? twice(difficulty, random) : framed(difficulty, random);
  }

  /** Colours that occur twice, among others that occur once or three times. */
  private static Puzzle twice(int difficulty, Random random) {
    int right =
        switch (difficulty) {
          case 1 -> 2;
          case 2, 3 -> Draw.between(2, 3, random);
          default -> 3;
        };
    List<Hue> hues = Draw.some(right + difficulty, Hue.NAMED, random);
    Shape shape = Draw.one(List.of(Shape.values()), random);
    List<Things.Thing> things = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    for (int i = 0; i < hues.size(); i++) {
      int times = i < right ? TWICE : random.nextBoolean() ? 1 : 3;
      for (int thing = 0; thing < times; thing++) {
        Shape its = difficulty < 3 ? shape : Draw.one(List.of(Shape.values()), random);
        things.add(new Things.Thing(hues.get(i), its));
      }
      counts.add(hues.get(i).word() + " " + times);
    }
    Collections.shuffle(counts, random);
    Board board = Board.of(difficulty);
    return Puzzle.ofSeveral(
        "Name a colour that occurs exactly twice.",
        hues.subList(0, right).stream().map(Hue::word).toList(),
        Things.drawn(Things.put(things, board, random), board, random),
        String.join(", ", counts));
  }

  /** Numbers in frames of a colour, among frames of others. */
  private static Puzzle framed(int difficulty, Random random) {
    int right = Draw.between(2, difficulty + 1, random);
    int frames = 3 * difficulty + 1;
    List<Hue> hues = Draw.some(Math.min(4, difficulty + 1), Hue.SIX, random);
    List<Integer> numbers =
        difficulty == 1 ? Draw.numbers(frames, 1, 9, random) : Draw.numbers(frames, 10, 99, random);
    List<Board.Cell> cells = FRAMES.some(frames, random);
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      Hue hue = i < right ? hues.getFirst() : Draw.one(hues.subList(1, hues.size()), random);
      Point corner = FRAMES.place(cells.get(i), FRAME_WIDTH, FRAME_HEIGHT, random);
      marks.add(new Mark.Box(corner.x(), corner.y(), FRAME_WIDTH, FRAME_HEIGHT, hue));
      marks.add(
          new Mark.Box(
              corner.x() + BORDER,
              corner.y() + BORDER,
              FRAME_WIDTH - 2 * BORDER,
              FRAME_HEIGHT - 2 * BORDER,
              Hue.WHITE));
      marks.addAll(
          Glyphs.around(
              String.valueOf(numbers.get(i)),
              corner.x() + FRAME_WIDTH / 2,
              corner.y() + FRAME_HEIGHT / 2,
              Hue.BLACK));
    }
    List<String> answers = numbers.subList(0, right).stream().map(String::valueOf).toList();
    return Puzzle.ofSeveral(
        "Name a number framed in %s.".formatted(hues.getFirst().word()),
        answers,
        marks,
        answers.stream().collect(Collectors.joining(", ")));
  }
}
