package io.braid.task.visual;

import io.braid.image.PixelImage;
import java.util.Arrays;
import java.util.List;

/**
 * Draws marks into pixels. A pixel belongs to a mark if its centre does; this is decided with whole
 * numbers, without antialiasing, so a picture has the same bytes on every machine. Java2D would
 * also load its native libraries and may round differently from version to version.
 *
 * <p>Coordinates are doubled below, so that the centre of pixel x is the whole number 2x + 1.
 */
final class Canvas {
  private final int scale;
  private final int side;
  private final byte[] rgb;

  /**
   * Creates a white picture.
   *
   * @param scale pixels per unit
   */
  Canvas(int scale) {
    this.scale = scale;
    this.side = Picture.UNITS * scale;
    this.rgb = new byte[PixelImage.CHANNELS * side * side];
    Arrays.fill(rgb, (byte) 0xff);
  }

  PixelImage image() {
    return new PixelImage(side, side, rgb);
  }

  /** Whether a mark covers a point, in doubled pixels. */
  @FunctionalInterface
  private interface Cover {
    boolean has(long x, long y);
  }

  void draw(Mark mark) {
    switch (mark) {
      case Mark.Box(int left, int top, int width, int height, Hue hue) ->
          fill(left, top, left + width, top + height, hue, (_, _) -> true);
      case Mark.Disc(int left, int top, int diameter, Hue hue) ->
          fill(left, top, left + diameter, top + diameter, hue, disc(left, top, diameter));
      case Mark.Polygon(List<Point> corners, Hue hue) ->
          fill(
              corners.stream().mapToInt(Point::x).min().orElseThrow(),
              corners.stream().mapToInt(Point::y).min().orElseThrow(),
              corners.stream().mapToInt(Point::x).max().orElseThrow(),
              corners.stream().mapToInt(Point::y).max().orElseThrow(),
              hue,
              polygon(corners));
      case Mark.Line(Point from, Point to, int width, Hue hue) ->
          fill(
              Math.min(from.x(), to.x()) - width,
              Math.min(from.y(), to.y()) - width,
              Math.max(from.x(), to.x()) + width,
              Math.max(from.y(), to.y()) + width,
              hue,
              line(from, to, width));
    }
  }

  /** Fills what is covered within bounds, in units; what lies outside of the picture is lost. */
  private void fill(int left, int top, int right, int bottom, Hue hue, Cover cover) {
    int color = hue.rgb();
    for (int y = Math.max(0, top * scale); y < Math.min(side, bottom * scale); y++) {
      for (int x = Math.max(0, left * scale); x < Math.min(side, right * scale); x++) {
        if (cover.has(2L * x + 1, 2L * y + 1)) {
          int at = PixelImage.CHANNELS * (y * side + x);
          rgb[at] = (byte) (color >> 16);
          rgb[at + 1] = (byte) (color >> 8);
          rgb[at + 2] = (byte) color;
        }
      }
    }
  }

  private Cover disc(int left, int top, int diameter) {
    long middleX = (2L * left + diameter) * scale;
    long middleY = (2L * top + diameter) * scale;
    long most = square((long) diameter * scale);
    return (x, y) -> square(x - middleX) + square(y - middleY) <= most;
  }

  /** A point is inside if a line from it crosses an odd number of sides, or if it is on a side. */
  private Cover polygon(List<Point> corners) {
    return (x, y) -> {
      boolean inside = false;
      for (int i = 0; i < corners.size(); i++) {
        Point a = corners.get(i);
        Point b = corners.get((i + 1) % corners.size());
        long ax = 2L * a.x() * scale;
        long ay = 2L * a.y() * scale;
        long bx = 2L * b.x() * scale;
        long by = 2L * b.y() * scale;
        if (ay > y != by > y) {
          long side = (x - ax) * (by - ay) - (bx - ax) * (y - ay);
          if (side == 0) {
            return true;
          }
          inside ^= by > ay ? side < 0 : side > 0;
        }
      }
      return inside;
    };
  }

  /** A point is on a line if it is at most half the width away from it. */
  private Cover line(Point from, Point to, int width) {
    long ax = 2L * from.x() * scale;
    long ay = 2L * from.y() * scale;
    long dx = 2L * to.x() * scale - ax;
    long dy = 2L * to.y() * scale - ay;
    long length = square(dx) + square(dy);
    long most = square((long) width * scale);
    return (x, y) -> {
      long along = (x - ax) * dx + (y - ay) * dy;
      if (along <= 0) {
        return square(x - ax) + square(y - ay) <= most;
      }
      if (along >= length) {
        return square(x - ax - dx) + square(y - ay - dy) <= most;
      }
      return square((x - ax) * dy - (y - ay) * dx) <= most * length;
    };
  }

  private static long square(long number) {
    return number * number;
  }
}
