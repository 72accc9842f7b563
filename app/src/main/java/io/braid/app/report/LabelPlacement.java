package io.braid.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Places each point's label so that it hides neither a point nor another label. Each label moves to
 * the cheapest position around its point, given the other labels, until no label moves any more.
 */
final class LabelPlacement {
  private static final double HEIGHT = 14;
  private static final double POINT = 6;
  private static final double[] DISTANCES = {9, 16, 26, 40, 58, 80, 105};
  private static final int DIRECTIONS = 16;
  private static final int ROUNDS = 20;

  /** A rectangle in pixels. */
  record Rectangle(double left, double top, double right, double bottom) {
    double overlap(Rectangle other) {
      double width = Math.min(right, other.right) - Math.max(left, other.left);
      double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
      return width > 0 && height > 0 ? width * height : 0;
    }

    /** Returns the point of the rectangle that is nearest to another point. */
    Chart.Point nearest(Chart.Point to) {
      return new Chart.Point(Math.clamp(to.x(), left, right), Math.clamp(to.y(), top, bottom));
    }

    private boolean within(Rectangle other) {
      return left >= other.left
          && right <= other.right
          && top >= other.top
          && bottom <= other.bottom;
    }
  }

  private final Rectangle frame;
  private final List<Chart.Point> points;
  private final List<Double> widths;
  private final List<Rectangle> strokes;
  private final List<Rectangle> positions = new ArrayList<>();

  private LabelPlacement(
      Rectangle frame, List<Chart.Point> points, List<Double> widths, List<Rectangle> strokes) {
    this.frame = frame;
    this.points = points;
    this.widths = widths;
    this.strokes = strokes;
  }

  /**
   * Returns the labels' rectangles.
   *
   * @param frame the labels must stay within this frame
   * @param points points in pixels
   * @param widths widths of the labels in pixels
   * @param strokes lines that labels should not hide
   */
  static List<Rectangle> of(
      Rectangle frame, List<Chart.Point> points, List<Double> widths, List<Rectangle> strokes) {
    LabelPlacement placement = new LabelPlacement(frame, points, widths, strokes);
    placement.settle();
    return List.copyOf(placement.positions);
  }

  private void settle() {
    for (int i = 0; i < points.size(); i++) {
      positions.add(cheapest(i));
    }
    boolean moved = true;
    for (int round = 0; moved && round < ROUNDS; round++) {
      moved = false;
      for (int i = 0; i < points.size(); i++) {
        Rectangle position = cheapest(i);
        moved |= !position.equals(positions.get(i));
        positions.set(i, position);
      }
    }
  }

  private Rectangle cheapest(int label) {
    Rectangle best = around(label, DISTANCES[0], 0);
    double least = Double.POSITIVE_INFINITY;
    for (double distance : DISTANCES) {
      for (int direction = 0; direction < DIRECTIONS; direction++) {
        Rectangle position = around(label, distance, direction);
        double cost = distance / 2 + cost(label, position);
        if (cost < least) {
          least = cost;
          best = position;
        }
      }
    }
    return best;
  }

  /**
   * Returns the label's rectangle at a given distance and direction from a point; direction 0 is to
   * the right.
   */
  private Rectangle around(int label, double distance, int direction) {
    double angle = 2 * Math.PI * direction / DIRECTIONS;
    double width = widths.get(label);
    double x = points.get(label).x() + Math.cos(angle) * (distance + width / 2);
    double y = points.get(label).y() + Math.sin(angle) * (distance + HEIGHT / 2);
    return new Rectangle(x - width / 2, y - HEIGHT / 2, x + width / 2, y + HEIGHT / 2);
  }

  private double cost(int label, Rectangle position) {
    double cost = position.within(frame) ? 0 : 1e6;
    for (int i = 0; i < points.size(); i++) {
      Chart.Point point = points.get(i);
      Rectangle dot =
          new Rectangle(point.x() - POINT, point.y() - POINT, point.x() + POINT, point.y() + POINT);
      cost += 20 * position.overlap(dot);
    }
    cost +=
        20
            * IntStream.range(0, positions.size())
                .filter(other -> other != label)
                .mapToDouble(other -> position.overlap(positions.get(other)))
                .sum();
    cost += strokes.stream().mapToDouble(position::overlap).sum() / 8;
    double own = distance(position, points.get(label));
    boolean othersNearer = points.stream().anyMatch(point -> distance(position, point) < own);
    return cost + 60 * leaderHits(label, position) + (othersNearer ? 15 : 0);
  }

  /** Returns the distance from a label's edge to a point. */
  static double distance(Rectangle label, Chart.Point point) {
    Chart.Point edge = label.nearest(point);
    return Math.hypot(edge.x() - point.x(), edge.y() - point.y());
  }

  /** Counts the other labels and points that the line from the label to its point would cross. */
  private long leaderHits(int label, Rectangle position) {
    Chart.Point from = points.get(label);
    Chart.Point to = position.nearest(from);
    return IntStream.range(0, Math.max(positions.size(), points.size()))
        .filter(other -> other != label)
        .filter(other ->
            IntStream.rangeClosed(0, 10)
                .mapToObj(i ->
                    new Chart.Point(
                        from.x() + (to.x() - from.x()) * i / 10,
                        from.y() + (to.y() - from.y()) * i / 10))
                .anyMatch(at ->
                    other < positions.size() && covers(positions.get(other), at)
                        || near(points.get(other), at)))
        .count();
  }

  private static boolean covers(Rectangle rectangle, Chart.Point at) {
    return at.x() > rectangle.left
        && at.x() < rectangle.right
        && at.y() > rectangle.top
        && at.y() < rectangle.bottom;
  }

  private static boolean near(Chart.Point point, Chart.Point at) {
    return Math.hypot(point.x() - at.x(), point.y() - at.y()) < POINT;
  }
}
