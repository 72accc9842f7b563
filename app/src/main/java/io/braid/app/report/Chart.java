package io.braid.app.report;

import java.util.List;

/**
 * Curves over a common axis.
 *
 * @param title what is drawn
 * @param xLabel what the curves run over, such as "step"
 * @param format how the numbers upwards look
 * @param series the curves
 */
public record Chart(String title, String xLabel, Format format, List<Series> series) {
  /** Copies the list. */
  public Chart {
    series = List.copyOf(series);
  }

  /** A named curve; its points go from left to right. */
  public record Series(String name, List<Point> points) {
    /** Copies the list. */
    public Series {
      points = List.copyOf(points);
    }
  }

  /** A point; a gap where {@code y} is not finite. */
  public record Point(double x, double y) {}
}
