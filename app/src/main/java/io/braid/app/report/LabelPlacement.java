package io.braid.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds a place for each point's label where it hides neither a point nor another label: each label
 * takes the cheapest of the places around its point, given where the others are, until none moves.
 */
final class LabelPlacement {
  private static final double HEIGHT = 14;
  private static final double POINT = 6;
  private static final double[] DISTANCES = {9, 16, 26, 40, 58, 80, 105};
  private static final int DIRECTIONS = 16;
  private static final int ROUNDS = 20;

  /** A rectangle in pixels. */
  record Box(double left, double top, double right, double bottom) {
    double overlap(Box other) {
      double width = Math.min(right, other.right) - Math.max(left, other.left);
      double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
      return width > 0 && height > 0 ? width * height : 0;
    }

    /** Its point that is nearest to another. */
    Chart.Point nearest(Chart.Point to) {
      return new Chart.Point(Math.clamp(to.x(), left, right), Math.clamp(to.y(), top, bottom));
    }

    private boolean within(Box other) {
      return left >= other.left
          && right <= other.right
          && top >= other.top
          && bottom <= other.bottom;
    }
  }

  private final Box frame;
  private final List<Chart.Point> points;
  private final List<Double> widths;
  private final List<Box> strokes;
  private final List<Box> places = new ArrayList<>();

  private LabelPlacement(
      Box frame, List<Chart.Point> points, List<Double> widths, List<Box> strokes) {
    this.frame = frame;
    this.points = points;
    this.widths = widths;
    this.strokes = strokes;
  }

  /**
   * The labels' boxes.
   *
   * @param frame what they must stay within
   * @param points in pixels
   * @param widths of the labels in pixels
   * @param strokes what they had better not hide
   */
  static List<Box> of(Box frame, List<Chart.Point> points, List<Double> widths, List<Box> strokes) {
    LabelPlacement placement = new LabelPlacement(frame, points, widths, strokes);
    placement.settle();
    return List.copyOf(placement.places);
  }

  private void settle() {
    for (int i = 0; i < points.size(); i++) {
      places.add(cheapest(i));
    }
    boolean moved = true;
    for (int round = 0; moved && round < ROUNDS; round++) {
      moved = false;
      for (int i = 0; i < points.size(); i++) {
        Box place = cheapest(i);
        moved |= !place.equals(places.get(i));
        places.set(i, place);
      }
    }
  }

  private Box cheapest(int label) {
    Box best = around(label, DISTANCES[0], 0);
    double least = Double.POSITIVE_INFINITY;
    for (double distance : DISTANCES) {
      for (int direction = 0; direction < DIRECTIONS; direction++) {
        Box place = around(label, distance, direction);
        double cost = distance / 2 + cost(label, place);
        if (cost < least) {
          least = cost;
          best = place;
        }
      }
    }
    return best;
  }

  /** The box beyond a point in one of the directions, the first of them to the right. */
  private Box around(int label, double distance, int direction) {
    double angle = 2 * Math.PI * direction / DIRECTIONS;
    double width = widths.get(label);
    double x = points.get(label).x() + Math.cos(angle) * (distance + width / 2);
    double y = points.get(label).y() + Math.sin(angle) * (distance + HEIGHT / 2);
    return new Box(x - width / 2, y - HEIGHT / 2, x + width / 2, y + HEIGHT / 2);
  }

  private double cost(int label, Box place) {
    double cost = place.within(frame) ? 0 : 1e6;
    for (int i = 0; i < points.size(); i++) {
      Chart.Point point = points.get(i);
      Box dot = new Box(point.x() - POINT, point.y() - POINT, point.x() + POINT, point.y() + POINT);
      cost += 20 * place.overlap(dot);
    }
    cost +=
        20
            * IntStream.range(0, places.size())
                .filter(other -> other != label)
                .mapToDouble(other -> place.overlap(places.get(other)))
                .sum();
    cost += strokes.stream().mapToDouble(place::overlap).sum() / 8;
    double own = distance(place, points.get(label));
    boolean strangersNearer = points.stream().anyMatch(point -> distance(place, point) < own);
    return cost + 60 * leaderHits(label, place) + (strangersNearer ? 15 : 0);
  }

  /** From a label's edge to a point. */
  static double distance(Box label, Chart.Point point) {
    Chart.Point edge = label.nearest(point);
    return Math.hypot(edge.x() - point.x(), edge.y() - point.y());
  }

  /** How many other labels the line from the label to its point would cross. */
  private long leaderHits(int label, Box place) {
    Chart.Point from = points.get(label);
    Chart.Point to = place.nearest(from);
    return IntStream.range(0, Math.max(places.size(), points.size()))
        .filter(other -> other != label)
        .filter(other ->
            IntStream.rangeClosed(0, 10)
                .mapToObj(i ->
                    new Chart.Point(
                        from.x() + (to.x() - from.x()) * i / 10,
                        from.y() + (to.y() - from.y()) * i / 10))
                .anyMatch(at ->
                    other < places.size() && covers(places.get(other), at)
                        || near(points.get(other), at)))
        .count();
  }

  private static boolean covers(Box box, Chart.Point at) {
    return at.x() > box.left && at.x() < box.right && at.y() > box.top && at.y() < box.bottom;
  }

  private static boolean near(Chart.Point point, Chart.Point at) {
    return Math.hypot(point.x() - at.x(), point.y() - at.y()) < POINT;
  }
}
