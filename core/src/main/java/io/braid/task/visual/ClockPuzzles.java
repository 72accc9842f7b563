package io.braid.task.visual;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The time that a clock shows: whole hours, quarters, five minutes or minutes. */
final class ClockPuzzles {
  private static final int[] STEP = {60, 15, 5, 1};
  private static final int LEAST_DIAMETER = 92;
  private static final int MOST_DIAMETER = 104;
  private static final int EDGE = 2;

  private ClockPuzzles() {}

  static Puzzle draw(int difficulty, Random random) {
    int hour = Draw.between(1, 12, random);
    int step = STEP[difficulty - 1];
    int minute = step * random.nextInt(60 / step);
    int diameter = 2 * Draw.between(LEAST_DIAMETER / 2, MOST_DIAMETER / 2, random);
    int left = Draw.between(EDGE, Picture.UNITS - EDGE - diameter, random);
    int top = Draw.between(EDGE, Picture.UNITS - EDGE - diameter, random);
    Face face = new Face(new Point(left + diameter / 2, top + diameter / 2), diameter / 2);
    List<Mark> marks = new ArrayList<>();
    marks.add(new Mark.Disc(left, top, diameter, Draw.one(Hue.NAMED, random)));
    marks.add(new Mark.Disc(left + 3, top + 3, diameter - 6, Hue.WHITE));
    boolean numbers = difficulty <= 3; // the hands do not reach them
    for (int mark = 0; mark < 12; mark++) {
      int minutes = 5 * mark;
      if (numbers && mark % 3 == 0) {
        Point middle = face.at(minutes * 12, face.radius - 11);
        String number = String.valueOf(mark == 0 ? 12 : mark);
        marks.addAll(Glyphs.around(number, middle.x(), middle.y(), Hue.BLACK));
      } else {
        int inner = face.radius - (mark == 0 ? 14 : 9);
        marks.add(
            new Mark.Line(
                face.at(minutes * 12, face.radius - 5), face.at(minutes * 12, inner), 2, Hue.GREY));
      }
    }
    boolean coloured = difficulty <= 2;
    marks.add(
        new Mark.Line(
            face.middle,
            face.at(minute * 12, face.radius - (numbers ? 18 : 9)),
            coloured ? 4 : 2,
            coloured ? Hue.BLUE : Hue.BLACK));
    marks.add(
        new Mark.Line(
            face.middle,
            face.at(hour % 12 * 60 + minute, face.radius / 2 - (numbers ? 6 : 2)),
            coloured ? 6 : 4,
            coloured ? Hue.RED : Hue.BLACK));
    String time = "%s:%s%s".formatted(hour, minute < 10 ? "0" : "", minute);
    return Puzzle.of(
        "What time does the clock show?",
        time,
        marks,
        "The short hand is %s %s and the long hand at %s."
            .formatted(minute == 0 ? "at" : "after", hour, minute));
  }

  /** A clock's face. */
  private record Face(Point middle, int radius) {
    /**
     * Returns a point at a distance from the middle.
     *
     * @param turned 720ths of a turn from the top
     */
    Point at(int turned, int distance) {
      double angle = StrictMath.PI * turned / 360;
      return new Point(
          middle.x() + (int) StrictMath.rint(distance * StrictMath.sin(angle)),
          middle.y() - (int) StrictMath.rint(distance * StrictMath.cos(angle)));
    }
  }
}
