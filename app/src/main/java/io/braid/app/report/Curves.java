package io.braid.app.report;

import io.braid.FileError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Curves from the {@code metrics.jsonl} of runs. */
final class Curves {
  private Curves() {}

  /**
   * A number over the steps, as the mean over runs.
   *
   * @param runs their directories
   * @param window a point is the mean over so many steps: single steps are noisy
   */
  static List<Chart.Point> of(List<Path> runs, String metric, int window) {
    Map<Integer, List<Double>> byStep = new TreeMap<>();
    runs.forEach(run -> read(run.resolve("metrics.jsonl"), metric, byStep));
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

  private static void read(Path file, String metric, Map<Integer, List<Double>> byStep) {
    try (Stream<String> lines = Files.lines(file)) {
      lines.forEach(line -> {
        JsonNode step = JsonMapper.shared().readTree(line);
        byStep
            .computeIfAbsent(step.path("step").asInt(), _ -> new ArrayList<>())
            .add(step.path(metric).asDouble(Double.NaN));
      });
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }
}
