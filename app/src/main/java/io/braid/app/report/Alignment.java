package io.braid.app.report;

import java.util.Arrays;
import java.util.List;

/**
 * A chart's curves over one list of x.
 *
 * @param xs ascending, each once
 * @param ys for each curve its y at each x, {@code NaN} where it has none
 */
record Alignment(double[] xs, List<double[]> ys) {
  static Alignment of(Chart chart) {
    double[] xs =
        chart.series().stream()
            .flatMap(series -> series.points().stream())
            .mapToDouble(Chart.Point::x)
            .sorted()
            .distinct()
            .toArray();
    return new Alignment(xs, chart.series().stream().map(series -> over(xs, series)).toList());
  }

  private static double[] over(double[] xs, Chart.Series series) {
    double[] ys = new double[xs.length];
    Arrays.fill(ys, Double.NaN);
    series.points().forEach(point -> ys[Arrays.binarySearch(xs, point.x())] = point.y());
    return ys;
  }
}
