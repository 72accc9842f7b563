package io.braid.train;

import io.braid.Metric;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The phases of a step and the time that each took, from the step's metrics: every metric whose
 * name ends in {@code _seconds}, except those that are parts of another phase.
 */
public final class StepPhases {
  /** The rest of the step's time. */
  public static final String OTHER = "other";

  private static final String SUFFIX = "_seconds";

  /** Parts of {@code train_seconds}. */
  private static final Set<String> PARTS =
      Set.of(
          StepMetrics.FORWARD_SECONDS.name(),
          StepMetrics.BACKWARD_SECONDS.name(),
          StepMetrics.OPTIMIZER_SECONDS.name());

  private StepPhases() {}

  /**
   * Returns the seconds of each phase by its name ({@code rollout} for {@code rollout_seconds}), in
   * the order of the metrics. Saving is not part of {@code step_seconds}.
   *
   * @param metrics values by name; values that are not finite are left out
   */
  public static Map<String, Double> of(Map<String, Double> metrics) {
    Map<String, Double> phases = new LinkedHashMap<>();
    double rest = metrics.getOrDefault(StepMetrics.STEP_SECONDS.name(), Double.NaN);
    for (Map.Entry<String, Double> each : metrics.entrySet()) {
      String name = each.getKey();
      double seconds = each.getValue();
      if (!name.endsWith(SUFFIX)
          || name.equals(StepMetrics.STEP_SECONDS.name())
          || PARTS.contains(name)
          || !Double.isFinite(seconds)) {
        continue;
      }
      phases.put(name.substring(0, name.length() - SUFFIX.length()), seconds);
      rest -= name.equals(StepMetrics.SAVING_SECONDS.name()) ? 0 : seconds;
    }
    if (rest > 0) {
      phases.put(OTHER, rest);
    }
    return phases;
  }

  /** Returns the name of the phase that a metric measures. */
  public static String name(Metric seconds) {
    return seconds.name().substring(0, seconds.name().length() - SUFFIX.length());
  }
}
