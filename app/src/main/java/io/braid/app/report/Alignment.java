package io.braid.app.report;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The curves of a chart, aligned to one list of x values.
 *
 * @param xs distinct x values in ascending order
 * @param ys for each curve, its y at each x, or {@code NaN} if it has none
 */
record Alignment(List<Double> xs, List<List<Double>> ys) {
  static Alignment of(Chart chart) {
    List<Double> xs =
        chart.series().stream()
            .flatMap(series -> series.points().stream())
            .mapToDouble(Chart.Point::x)
            .sorted()
            .distinct()
            .boxed()
            .toList();
    return new Alignment(xs, chart.series().stream().map(series -> over(xs, series)).toList());
  }

  private static List<Double> over(List<Double> xs, Chart.Series series) {
    Map<Double, Double> known = new HashMap<>();
    series.points().forEach(point -> known.put(point.x(), point.y()));
    return xs.stream().map(x -> known.getOrDefault(x, Double.NaN)).toList();
  }
}
