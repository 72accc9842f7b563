package io.braid.app.report;

import io.braid.Metric;
import io.braid.run.MetricsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads curves from the {@code metrics.jsonl} files of runs. */
final class Curves {
  private Curves() {}

  /**
   * Returns a metric over the steps, averaged over runs.
   *
   * @param runs directories of the runs
   * @param window number of steps averaged per point, since individual steps are noisy
   */
  static List<Chart.Point> of(List<Path> runs, Metric metric, int window) {
    Map<Integer, List<Double>> byStep = new TreeMap<>();
    runs.forEach(run -> read(run.resolve("metrics.jsonl"), metric, byStep));
    return means(byStep, window);
  }

  /**
   * Returns the means over windows of steps.
   *
   * @param byStep numbers of each step, in the order of the steps
   */
  static List<Chart.Point> means(Map<Integer, List<Double>> byStep, int window) {
    List<Chart.Point> points = new ArrayList<>();
    List<Double> pending = new ArrayList<>();
    byStep.forEach((step, numbers) -> {
      pending.addAll(numbers);
      if (step % window == 0) {
        points.add(
            new Chart.Point(
                step,
                pending.stream()
                    .mapToDouble(Double::doubleValue)
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN)));
        pending.clear();
      }
    });
    return points;
  }

  private static void read(Path file, Metric metric, Map<Integer, List<Double>> byStep) {
    MetricsFile.forEach(
        file,
        line -> byStep.computeIfAbsent(line.step(), _ -> new ArrayList<>()).add(line.get(metric)));
  }
}
