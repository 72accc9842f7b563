package io.braid.app.report;

import java.util.List;
import java.util.stream.DoubleStream;

/** Maps numbers from {@code low} to {@code high} to pixels, with round ticks {@code step} apart. */
record Axis(double low, double high, double step, double from, double to) {
  private static final int TICKS = 5;

  static Axis over(DoubleStream numbers, double from, double to) {
    var range = numbers.summaryStatistics();
    double least = range.getCount() == 0 ? 0 : range.getMin();
    double most = range.getCount() == 0 ? 1 : range.getMax();
    double step = roundStep(most > least ? most - least : Math.max(Math.abs(most), 1));
    double low = Math.floor(least / step) * step;
    double high = Math.max(Math.ceil(most / step) * step, low + step);
    return new Axis(low, high, step, from, to);
  }

  /** Returns a step that is 1, 2 or 5 times a power of ten. */
  private static double roundStep(double span) {
    double rough = span / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  double at(double number) {
    return from + (number - low) / (high - low) * (to - from);
  }

  List<Double> ticks() {
    long count = Math.round((high - low) / step);
    return DoubleStream.iterate(0, i -> i <= count, i -> i + 1)
        .map(i -> low + i * step)
        .boxed()
        .toList();
  }
}
