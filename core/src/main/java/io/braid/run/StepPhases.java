package io.braid.run;

import io.braid.eval.HeldOutMetrics;
import io.braid.train.StepMetrics;
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

  /** All of a step's time in a run whose steps only train, such as SFT. */
  private static final String TRAIN = "train";

  private static final String SUFFIX = "_seconds";

  /** Parts of {@code train_seconds}. */
  private static final Set<String> PARTS =
      Set.of(
          StepMetrics.FORWARD_SECONDS.name(),
          StepMetrics.BACKWARD_SECONDS.name(),
          StepMetrics.OPTIMIZER_SECONDS.name());

  /** What runs between steps, and is not part of {@code step_seconds}. */
  private static final Set<String> BETWEEN =
      Set.of(StepMetrics.SAVING_SECONDS.name(), HeldOutMetrics.SECONDS.name());

  private StepPhases() {}

  /**
   * Returns the seconds of each phase by its name ({@code rollout} for {@code rollout_seconds}), in
   * the order of the metrics, with saving and evaluation, which run between steps.
   *
   * @param metrics values by name; values that are not finite are left out
   */
  public static Map<String, Double> of(Map<String, Double> metrics) {
    return of(metrics, /* between= */ true);
  }

  /** Returns the same without what runs between steps. */
  public static Map<String, Double> within(Map<String, Double> metrics) {
    return of(metrics, /* between= */ false);
  }

  private static Map<String, Double> of(Map<String, Double> metrics, boolean between) {
    Map<String, Double> phases = new LinkedHashMap<>();
    double rest = metrics.getOrDefault(StepMetrics.STEP_SECONDS.name(), Double.NaN);
    for (Map.Entry<String, Double> each : metrics.entrySet()) {
      String name = each.getKey();
      double seconds = each.getValue();
      if (!name.endsWith(SUFFIX)
          || name.equals(StepMetrics.STEP_SECONDS.name())
          || PARTS.contains(name)
          || (BETWEEN.contains(name) && !between)
          || !Double.isFinite(seconds)) {
        continue;
      }
      phases.put(name.substring(0, name.length() - SUFFIX.length()), seconds);
      rest -= BETWEEN.contains(name) ? 0 : seconds;
    }
    if (rest > 0) {
      boolean divided =
          phases.keySet().stream().anyMatch(phase -> !BETWEEN.contains(phase + SUFFIX));
      phases.put(divided ? OTHER : TRAIN, rest);
    }
    return phases;
  }
}
