package io.braid.task.visual;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Values in a bar chart, or the difference of two. */
final class BarPuzzles {
  /**
   * The scale of the axis.
   *
   * @param most the value at its end
   * @param step what is between two labels
   * @param least the smallest value of a bar
   */
  private record Axis(int most, int step, int least) {
    static Axis of(int difficulty) {
      return switch (difficulty) {
        case 1 -> new Axis(5, 1, 1);
        case 2 -> new Axis(10, 2, 2);
        case 3 -> new Axis(20, 5, 3);
        default -> new Axis(40, 10, 5);
      };
    }

    int y(int value) {
      return BASE - value * (HEIGHT / most);
    }
  }

  static final int BASE = 100; // the row below the bars
  static final int HEIGHT = 80;
  private static final int LEFT = 20; // where the bars begin
  private static final int LABELS = 9; // the middle of the labels

  private BarPuzzles() {}

  static Puzzle draw(int difficulty, Random random) {
    Axis axis = Axis.of(difficulty);
    int bars = difficulty + 2;
    List<Hue> hues = Draw.some(bars, Hue.SIX, random);
    List<Integer> values = Draw.numbers(bars, axis.least, axis.most, random);
    List<Mark> marks = axis(axis);
    marks.addAll(bars(axis, hues, values, random));
    int asked = random.nextInt(bars);
    if (difficulty >= 3 && random.nextBoolean()) {
      int other = Draw.except(List.of(asked), () -> random.nextInt(bars));
      int high = values.get(asked) > values.get(other) ? asked : other;
      return difference(hues, values, high, asked + other - high, marks);
    }
    String hue = hues.get(asked).word();
    int value = values.get(asked);
    return Puzzle.of(
        "What is the value of the %s bar?".formatted(hue),
        String.valueOf(value),
        marks,
        "The %s bar ends at %s.".formatted(hue, value));
  }

  private static Puzzle difference(
      List<Hue> hues, List<Integer> values, int high, int low, List<Mark> marks) {
    int difference = values.get(high) - values.get(low);
    return Puzzle.of(
        "How much higher is the %s bar than the %s bar?"
            .formatted(hues.get(high).word(), hues.get(low).word()),
        String.valueOf(difference),
        marks,
        "%s - %s = %s".formatted(values.get(high), values.get(low), difference));
  }

  private static List<Mark> axis(Axis axis) {
    List<Mark> marks = new ArrayList<>();
    for (int value = 0; value <= axis.most; value += axis.step) {
      marks.add(new Mark.Box(LEFT, axis.y(value), Picture.UNITS - LEFT, 1, Hue.GREY));
      marks.addAll(Glyphs.around(String.valueOf(value), LABELS, axis.y(value), Hue.BLACK));
    }
    marks.add(new Mark.Box(LEFT - 2, axis.y(axis.most), 2, HEIGHT + 2, Hue.BLACK));
    marks.add(new Mark.Box(LEFT - 2, BASE, Picture.UNITS - LEFT + 2, 2, Hue.BLACK));
    return marks;
  }

  private static List<Mark> bars(Axis axis, List<Hue> hues, List<Integer> values, Random random) {
    int slot = (Picture.UNITS - LEFT - 2) / hues.size();
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < hues.size(); i++) {
      int width = Draw.between(10, Math.min(18, slot - 3), random);
      int left = LEFT + 2 + i * slot + random.nextInt(slot - 1 - width);
      int top = axis.y(values.get(i));
      marks.add(new Mark.Box(left, top, width, BASE - top, hues.get(i)));
    }
    return marks;
  }
}
