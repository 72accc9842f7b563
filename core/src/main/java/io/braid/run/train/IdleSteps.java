package io.braid.run.train;

import io.braid.objective.EqualRewards;
import io.braid.run.MetricsFile;
import io.braid.train.StepMetrics;
import io.braid.train.StepReport;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.Optional;

/**
 * Counts consecutive steps without a learning signal: all responses of the step got the same
 * reward, or all advantages were zero. After many such steps, the policy has either collapsed or
 * solved its problems.
 */
final class IdleSteps {
  private final int limit;
  private final boolean shaped;
  private int count;

  /**
   * Creates a counter at 0.
   *
   * @param limit the number that ends the run; 0 for no limit
   * @param shaped whether the reward depends on length, so that equal verdicts still give a
   *     learning signal
   */
  IdleSteps(int limit, boolean shaped) {
    this.limit = limit;
    this.shaped = shaped;
  }

  /** Restores the count from the metrics of the step that a run is resumed from. */
  void resume(Path metrics, int step) {
    if (Files.exists(metrics)) {
      MetricsFile.forEach(
          metrics,
          line -> {
            if (line.step() == step) {
              count = (int) line.get(StepMetrics.IDLE_STEPS);
            }
          });
    }
  }

  /** Counts a step; returns the count for its metrics. */
  int after(StepReport report) {
    count = taught(report) ? 0 : count + 1;
    return count;
  }

  private boolean taught(StepReport report) {
    Trajectories t = report.trajectories();
    DoubleSummaryStatistics rewards =
        t.get(Column.VERDICT).stream().mapToDouble(Verdict::reward).summaryStatistics();
    boolean differ = !EqualRewards.equal(rewards.getMin(), rewards.getMax());
    return hasAdvantage(t) && (differ || report.signalsTeach() || shaped);
  }

  private static boolean hasAdvantage(Trajectories t) {
    for (float advantage : t.get(Column.ADVANTAGES)) {
      if (advantage != 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the number of consecutive idle steps so far. */
  int count() {
    return count;
  }

  /** Returns the reason to end the run; empty if it should continue. */
  Optional<String> enough() {
    return limit > 0 && count >= limit
        ? Optional.of(
            "the last %s steps had no learning signal: all responses to a prompt got the same reward (stop_after_idle_steps)"
                .formatted(count))
        : Optional.empty();
  }
}
