package io.braid.app.report;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A chart's curves over one list of x.
 *
 * @param xs ascending, each once
 * @param ys for each curve its y at each x, {@code NaN} where it has none
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
