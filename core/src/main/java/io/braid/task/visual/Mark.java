package io.braid.task.visual;

import java.util.List;

/** Something drawn, in units of a picture that is {@link Picture#UNITS} wide and high. */
sealed interface Mark {
  /** Returns its colour. */
  Hue hue();

  /** A filled rectangle. */
  record Box(int left, int top, int width, int height, Hue hue) implements Mark {}

  /** A filled disc, as the largest in a square. */
  record Disc(int left, int top, int diameter, Hue hue) implements Mark {}

  /** A filled polygon without crossing sides. */
  record Polygon(List<Point> corners, Hue hue) implements Mark {
    public Polygon {
      corners = List.copyOf(corners);
    }
  }

  /** A straight line with round ends. */
  record Line(Point from, Point to, int width, Hue hue) implements Mark {}
}
