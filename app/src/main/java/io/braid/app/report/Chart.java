package io.braid.app.report;

import java.util.List;

/**
 * Curves over a common axis.
 *
 * @param title title of the chart
 * @param xLabel label of the x axis, such as "step"
 * @param format format of the y values
 * @param series the curves
 */
public record Chart(String title, String xLabel, Format format, List<Series> series) {
  /** Copies the list. */
  public Chart {
    series = List.copyOf(series);
  }

  /** A named curve and its points from left to right. */
  public record Series(String name, List<Point> points) {
    /** Copies the list. */
    public Series {
      points = List.copyOf(points);
    }
  }

  /** A point of a curve; a {@code y} that is not finite is a gap. */
  public record Point(double x, double y) {}
}
