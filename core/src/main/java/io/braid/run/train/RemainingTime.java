package io.braid.run.train;

import io.braid.MetricValues;
import io.braid.run.StepPhases;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Estimates how long a run still takes. A step takes, for each phase, the median of the recent
 * steps; the first step of the session is left out, because it contains the JVM's warm-up. A phase
 * that only some steps have counts with its mean. Work that recurs every few steps, such as saving,
 * counts as often as it is still due.
 */
final class RemainingTime {
  private static final int RECENT = 20;

  private final int steps;
  private final Deque<Map<String, Double>> recent = new ArrayDeque<>();
  private final Map<String, Total> totals = new LinkedHashMap<>();
  private final Map<String, Recurring> recurring = new LinkedHashMap<>();
  private int seen;

  /** The time of a phase over all steps of the session. */
  private static final class Total {
    private double seconds;
    private int times;
  }

  /** Work that is due every few steps and after the last one. */
  private static final class Recurring {
    private int every;
    private double seconds;
    private int times;
  }

  RemainingTime(int steps) {
    this.steps = steps;
  }

  /** Records the metrics of a step. */
  void stepped(MetricValues metrics) {
    if (seen++ == 1) {
      recent.clear();
      totals.clear();
    }
    Map<String, Double> phases = StepPhases.within(metrics.byName());
    recent.addLast(phases);
    if (recent.size() > RECENT) {
      recent.removeFirst();
    }
    phases.forEach((name, seconds) -> {
      Total all = totals.computeIfAbsent(name, _ -> new Total());
      all.seconds += seconds;
      all.times++;
    });
  }

  /**
   * Records work that is due whenever {@code every} divides the number of steps done, and after the
   * last step.
   */
  void recurred(String work, int every, double seconds) {
    Recurring its = recurring.computeIfAbsent(work, _ -> new Recurring());
    its.every = every;
    its.seconds += seconds;
    its.times++;
  }

  /**
   * Returns the time that the rest of the run takes; empty before the second step of the session.
   *
   * @param done number of steps done
   */
  Optional<Duration> after(int done) {
    if (seen < 2) {
      return Optional.empty();
    }
    double left = (steps - done) * step();
    for (Recurring each : recurring.values()) {
      left += due(done, each.every) * each.seconds / each.times;
    }
    return Optional.of(Duration.ofMillis(Math.round(1000 * left)));
  }

  private int due(int done, int every) {
    int regular = steps / every - done / every;
    return done < steps && steps % every != 0 ? regular + 1 : regular;
  }

  private double step() {
    int counted = seen - 1; // steps
    double step = 0;
    for (Map.Entry<String, Total> each : totals.entrySet()) {
      Total all = each.getValue();
      step += all.times < counted ? all.seconds / counted : median(each.getKey());
    }
    return step;
  }

  private double median(String phase) {
    double[] sorted =
        recent.stream()
            .filter(each -> each.containsKey(phase))
            .mapToDouble(each -> each.getOrDefault(phase, 0.0))
            .sorted()
            .toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
