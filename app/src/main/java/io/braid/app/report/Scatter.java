package io.braid.app.report;

import io.braid.eval.Interval;
import java.util.Comparator;
import java.util.List;

/**
 * Things compared by two measures, of both of which more is better.
 *
 * @param title what is drawn
 * @param x the measure to the right
 * @param y the measure upwards
 * @param points the things compared
 */
public record Scatter(String title, Measure x, Measure y, List<Point> points) {
  /** A measure: its name and how its numbers look. */
  public record Measure(String name, Format format) {}

  /** A thing with its two means and their intervals. */
  public record Point(String name, Interval x, Interval y) {
    private boolean beats(Point other) {
      return x.mean() >= other.x.mean()
          && y.mean() >= other.y.mean()
          && (x.mean() > other.x.mean() || y.mean() > other.y.mean());
    }
  }

  /** Leaves out points without a number, copies the list. */
  public Scatter {
    points =
        points.stream()
            .filter(point -> Double.isFinite(point.x().mean()) && Double.isFinite(point.y().mean()))
            .toList();
  }

  /** The Pareto frontier, from left to right: the points that no other beats in both measures. */
  List<Point> frontier() {
    return points.stream()
        .filter(point -> points.stream().noneMatch(other -> other.beats(point)))
        .sorted(Comparator.comparingDouble((Point point) -> point.x().mean()))
        .toList();
  }
}
