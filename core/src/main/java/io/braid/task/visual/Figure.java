package io.braid.task.visual;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A rectangle or a right triangle, drawn to scale with its lengths beside the sides.
 *
 * @param left its left edge, in units of the picture
 * @param top its upper edge
 * @param width in units of the picture
 * @param height in units of the picture
 * @param triangle whether it is a triangle
 * @param onRight whether the vertical side with its length is on the right
 * @param hue its colour
 */
record Figure(
    int left, int top, int width, int height, boolean triangle, boolean onRight, Hue hue) {
  /** What is written beside a side whose length is asked for. */
  static final String UNKNOWN = "x";

  private static final int LONGEST = 72;
  private static final int BESIDE = 18; // for a length on the left or right
  private static final int BELOW = 14; // for a length above or below
  private static final int AWAY = 3; // between a side and its length
  private static final int PEN = 2;

  static Figure rectangle(int width, int height, Random random) {
    return of(width, height, false, random);
  }

  static Figure triangle(int width, int height, Random random) {
    return of(width, height, true, random);
  }

  private static Figure of(int width, int height, boolean triangle, Random random) {
    int unit = LONGEST / Math.max(width, height);
    int w = width * unit;
    int h = height * unit;
    return new Figure(
        Draw.between(BESIDE, Picture.UNITS - BESIDE - w, random),
        Draw.between(BELOW, Picture.UNITS - BELOW - h, random),
        w,
        h,
        triangle,
        random.nextBoolean(),
        Draw.one(Hue.SIX, random));
  }

  private int right() {
    return left + width;
  }

  private int bottom() {
    return top + height;
  }

  /** Draws a rectangle with the lengths of the lower side and of a vertical one. */
  List<Mark> drawn(String across, String up) {
    List<Mark> marks = outlined(corners(), hue);
    lower(across, marks);
    vertical(up, marks);
    return marks;
  }

  /** Draws a triangle with the lengths of its legs and, unless it is empty, of the longest side. */
  List<Mark> drawn(String across, String up, String longest) {
    List<Mark> marks = outlined(corners(), hue);
    int square = onRight ? right() - 7 : left + 5; // marks the right angle
    marks.add(new Mark.Box(square, bottom() - 7, 2, 7, Hue.BLACK));
    marks.add(new Mark.Box(onRight ? square : left, bottom() - 7, 7, 2, Hue.BLACK));
    lower(across, marks);
    vertical(up, marks);
    if (!longest.isEmpty()) {
      int away = 4 + Glyphs.width(longest) / 2;
      marks.addAll(
          Glyphs.around(
              longest,
              left + width / 2 + (onRight ? -away : away),
              top + height / 2 - 8,
              Hue.BLACK));
    }
    return marks;
  }

  /**
   * Draws a rectangle without its upper right corner.
   *
   * @param upper the length of its upper side
   * @param outer the length of its right side
   */
  static List<Mark> cornered(int width, int height, int upper, int outer, Random random) {
    Figure whole = rectangle(width, height, random);
    int unit = whole.width / width;
    int x = whole.left + upper * unit;
    int y = whole.bottom() - outer * unit;
    List<Mark> marks =
        outlined(
            List.of(
                new Point(whole.left, whole.top),
                new Point(x, whole.top),
                new Point(x, y),
                new Point(whole.right(), y),
                new Point(whole.right(), whole.bottom()),
                new Point(whole.left, whole.bottom())),
            whole.hue);
    whole.lower(String.valueOf(width), marks);
    whole.onLeft(String.valueOf(height), whole.top + whole.height / 2, marks);
    whole.onRight(String.valueOf(outer), (y + whole.bottom()) / 2, marks);
    marks.addAll(
        Glyphs.around(
            String.valueOf(upper),
            (whole.left + x) / 2,
            whole.top - AWAY - Glyphs.HEIGHT / 2,
            Hue.BLACK));
    return marks;
  }

  private List<Point> corners() {
    Point upperLeft = new Point(left, top);
    Point upperRight = new Point(right(), top);
    Point lowerRight = new Point(right(), bottom());
    Point lowerLeft = new Point(left, bottom());
    return triangle
        ? List.of(onRight ? upperRight : upperLeft, lowerRight, lowerLeft)
        : List.of(upperLeft, upperRight, lowerRight, lowerLeft);
  }

  private static List<Mark> outlined(List<Point> corners, Hue hue) {
    List<Mark> marks = new ArrayList<>();
    marks.add(new Mark.Polygon(corners, hue));
    for (int i = 0; i < corners.size(); i++) {
      marks.add(
          new Mark.Line(corners.get(i), corners.get((i + 1) % corners.size()), PEN, Hue.BLACK));
    }
    return marks;
  }

  private void lower(String length, List<Mark> marks) {
    marks.addAll(
        Glyphs.around(length, left + width / 2, bottom() + AWAY + Glyphs.HEIGHT / 2, Hue.BLACK));
  }

  private void vertical(String length, List<Mark> marks) {
    if (onRight) {
      onRight(length, top + height / 2, marks);
    } else {
      onLeft(length, top + height / 2, marks);
    }
  }

  private void onRight(String length, int y, List<Mark> marks) {
    marks.addAll(Glyphs.write(length, right() + AWAY, y - Glyphs.HEIGHT / 2, Hue.BLACK));
  }

  private void onLeft(String length, int y, List<Mark> marks) {
    marks.addAll(
        Glyphs.write(length, left - AWAY - Glyphs.width(length), y - Glyphs.HEIGHT / 2, Hue.BLACK));
  }
}
