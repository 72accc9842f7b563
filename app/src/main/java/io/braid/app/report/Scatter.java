package io.braid.app.report;

import io.braid.eval.Interval;
import java.util.Comparator;
import java.util.List;

/**
 * A comparison on two measures, for both of which larger is better.
 *
 * @param title title of the plot
 * @param x measure of the horizontal axis
 * @param y measure of the vertical axis
 * @param points the compared models
 */
public record Scatter(String title, Measure x, Measure y, List<Point> points) {
  /** A measure: its name and the format of its numbers. */
  public record Measure(String name, Format format) {}

  /** A compared model with its two means and their intervals. */
  public record Point(String name, Interval x, Interval y) {
    private boolean dominates(Point other) {
      return x.mean() >= other.x.mean()
          && y.mean() >= other.y.mean()
          && (x.mean() > other.x.mean() || y.mean() > other.y.mean());
    }
  }

  /** Copies the list without points whose means are not finite. */
  public Scatter {
    points =
        points.stream()
            .filter(point -> Double.isFinite(point.x().mean()) && Double.isFinite(point.y().mean()))
            .toList();
  }

  /** Returns the Pareto frontier from left to right: the points that no other point dominates. */
  List<Point> frontier() {
    return points.stream()
        .filter(point -> points.stream().noneMatch(other -> other.dominates(point)))
        .sorted(Comparator.comparingDouble((Point point) -> point.x().mean()))
        .toList();
  }
}
