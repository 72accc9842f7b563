package io.braid.task.visual;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes digits and letters with lines two units wide, since fonts differ between machines. A sign
 * is 6 units wide and 10 high.
 *
 * <p>A sign is a list of strokes. A stroke is a list of points of three columns and five rows, such
 * as {@code 04} for the first column and the last row.
 */
final class Glyphs {
  static final int WIDTH = 6;
  static final int HEIGHT = 10;
  private static final int STEP = 8; // from one sign to the next
  private static final int PEN = 2;

  /** The letters that can be written. */
  static final String LETTERS = "ABCDE";

  private static final Map<Character, String> STROKES =
      Map.ofEntries(
          Map.entry('0', "00 20 24 04 00"),
          Map.entry('1', "01 10 14,04 24"),
          Map.entry('2', "00 20 22 02 04 24"),
          Map.entry('3', "00 20 24 04,02 22"),
          Map.entry('4', "00 02 22,20 24"),
          Map.entry('5', "20 00 02 22 24 04"),
          Map.entry('6', "20 00 04 24 22 02"),
          Map.entry('7', "00 20 14"),
          Map.entry('8', "00 20 24 04 00,02 22"),
          Map.entry('9', "22 02 00 20 24 04"),
          Map.entry('A', "04 01 10 21 24,03 23"),
          Map.entry('B', "00 04 14 23 12 02,00 10 21 12"),
          Map.entry('C', "20 00 04 24"),
          Map.entry('D', "00 04 14 23 21 10 00"),
          Map.entry('E', "20 00 04 24,02 12"),
          Map.entry('x', "01 24,21 04"));

  private Glyphs() {}

  /** Returns the width of a text in units. */
  static int width(String text) {
    return STEP * (text.length() - 1) + WIDTH;
  }

  /** Writes a text whose upper left corner is given. */
  static List<Mark> write(String text, int left, int top, Hue hue) {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      String strokes = STROKES.get(text.charAt(i));
      if (strokes == null) {
        throw new IllegalArgumentException("no sign for '" + text.charAt(i) + "'");
      }
      for (String stroke : strokes.split(",")) {
        String[] points = stroke.split(" ");
        for (int p = 1; p < points.length; p++) {
          int start = left + i * STEP;
          marks.add(
              new Mark.Line(
                  point(points[p - 1], start, top), point(points[p], start, top), PEN, hue));
        }
      }
    }
    return marks;
  }

  /** Writes a text in the middle of a point. */
  static List<Mark> around(String text, int x, int y, Hue hue) {
    return write(text, x - width(text) / 2, y - HEIGHT / 2, hue);
  }

  private static Point point(String place, int left, int top) {
    return new Point(left + 1 + 2 * (place.charAt(0) - '0'), top + 1 + 2 * (place.charAt(1) - '0'));
  }
}
