package io.braid.run.train;

import io.braid.FileError;
import io.braid.objective.EqualRewards;
import io.braid.train.StepReport;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counts consecutive steps whose rewards taught nothing: all responses of the step earned the same
 * reward, or none had an advantage. After many such steps the policy has collapsed, or has solved
 * its problems.
 */
final class IdleSteps {
  /** How many steps in a row, this one among them, as a step's number. */
  static final String METRIC = "idle_steps";

  private final int limit;
  private final boolean shaped;
  private int count;

  /**
   * None so far.
   *
   * @param limit the number that ends the run; 0 for no limit
   * @param shaped whether length changes the reward, so that equal verdicts still teach
   */
  IdleSteps(int limit, boolean shaped) {
    this.limit = limit;
    this.shaped = shaped;
  }

  /** Goes on from what the metrics say of the step that a run is resumed from. */
  void resume(Path metrics, int step) {
    try {
      for (String line : Files.exists(metrics) ? Files.readAllLines(metrics) : List.<String>of()) {
        JsonNode numbers = JsonMapper.shared().readTree(line);
        if (numbers.path("step").asInt(-1) == step) {
          count = (int) numbers.path(METRIC).asDouble(0);
        }
      }
    } catch (JacksonException _) {
      // a line that a crash cut short is the last one, and not that of a checkpoint
    } catch (IOException e) {
      throw FileError.reading(metrics, e);
    }
  }

  /** Counts a step; returns the number for its metrics. */
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

  /** How many in a row until now. */
  int count() {
    return count;
  }

  /** Why the run should end; empty when it should not. */
  Optional<String> enough() {
    return limit > 0 && count >= limit
        ? Optional.of(
            "the last %s steps taught nothing: all responses to a prompt earned the same (stop_after_idle_steps)"
                .formatted(count))
        : Optional.empty();
  }
}
