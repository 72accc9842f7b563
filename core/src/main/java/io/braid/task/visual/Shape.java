package io.braid.task.visual;

import java.util.List;
import java.util.Locale;

/** The shapes of things in pictures. */
enum Shape {
  CIRCLE,
  SQUARE,
  TRIANGLE,
  DIAMOND;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String plural() {
    return word() + "s";
  }

  /**
   * Draws it as the largest one in a square.
   *
   * @param side the square's side, an even number
   */
  Mark in(int left, int top, int side, Hue hue) {
    int middle = left + side / 2;
    int bottom = top + side;
    return switch (this) {
      case CIRCLE -> new Mark.Disc(left, top, side, hue);
      case SQUARE -> new Mark.Box(left, top, side, side, hue);
      case TRIANGLE ->
          new Mark.Polygon(
              List.of(
                  new Point(middle - 1, top), // blunt, or its first rows would be empty
                  new Point(middle + 1, top),
                  new Point(left + side, bottom),
                  new Point(left, bottom)),
              hue);
      case DIAMOND ->
          new Mark.Polygon(
              List.of(
                  new Point(middle, top),
                  new Point(left + side, top + side / 2),
                  new Point(middle, bottom),
                  new Point(left, top + side / 2)),
              hue);
    };
  }
}
