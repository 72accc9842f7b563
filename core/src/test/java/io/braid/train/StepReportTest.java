package io.braid.train;

import static io.braid.train.TrainerRun.FAST;
import static io.braid.train.TrainerRun.GRPO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.model.TinyModels;
import io.braid.rollout.Response.Finish;
import io.braid.rollout.ResponseMetrics;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import io.braid.verify.VerdictMetrics;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the report of a step. */
class StepReportTest {
  @Test
  void aReportCountsTokensAndUpdates() {
    try (TrainerRun run = new TrainerRun(GRPO, FAST, 1, 40)) {
      StepReport report = run.trainer.step(3);

      Trajectories t = report.trajectories();
      List<Verdict> verdicts = t.get(Column.VERDICT);
      assertThat(report.step()).isEqualTo(3);
      assertThat(report.problems()).hasSize(3);
      assertThat(t.rows()).isEqualTo(3 * 4);
      assertThat(report.metric(VerdictMetrics.REWARD))
          .isEqualTo(verdicts.stream().mapToDouble(Verdict::reward).average().orElseThrow());
      assertThat(report.metric(VerdictMetrics.ACCURACY))
          .isEqualTo(verdicts.stream().filter(Verdict::correct).count() / 12.0);
      assertThat(report.metric(StepMetrics.TOKENS)).isEqualTo(t.tokens());
      assertThat(report.metric(ResponseMetrics.RESPONSE_LENGTH))
          .isEqualTo(report.metric(StepMetrics.TOKENS) / 12);
      assertThat(report.metric(ResponseMetrics.TRUNCATED_FRAC))
          .isEqualTo(t.get(Column.FINISH).stream().filter(Finish::atLimit).count() / 12.0);
      assertThat(report.metric(StepMetrics.ENTROPY))
          .isBetween(0.1, Math.log(TinyModels.VOCABULARY));
      assertThat(report.metric(StepMetrics.LEARNING_RATE)).isCloseTo(0.00925, within(0.001));
      assertThat(report.metric(StepMetrics.VALIDATION_LOSS)).isNaN();
      assertThat(report.metric(StepMetrics.STEP_SECONDS))
          .isGreaterThanOrEqualTo(
              report.metric(StepMetrics.ROLLOUT_SECONDS)
                  + report.metric(StepMetrics.TRAIN_SECONDS));
      assertThat(report.metric(StepMetrics.TRAIN_SECONDS))
          .isGreaterThanOrEqualTo(
              report.metric(StepMetrics.FORWARD_SECONDS)
                  + report.metric(StepMetrics.BACKWARD_SECONDS)
                  + report.metric(StepMetrics.OPTIMIZER_SECONDS));
    }
  }

  @Test
  void advantagesBelongToTheResponsesThatTheyWereEstimatedFor() {
    try (TrainerRun run = new TrainerRun(GRPO, FAST, 1, 40)) {
      StepReport report = run.trainer.step(0);
      Trajectories t = report.trajectories();
      List<Verdict> verdicts = t.get(Column.VERDICT);
      assertThat(t.groups()).hasSize(3);
      for (int[] rows : t.groups()) {
        double mean =
            Arrays.stream(rows)
                .mapToDouble(row -> verdicts.get(row).reward())
                .average()
                .orElseThrow();
        for (int row : rows) {
          float[] advantage = t.row(Column.ADVANTAGES, row);
          assertThat(advantage).hasSize(t.sequence(row).response().length);
          assertThat((double) Math.signum(advantage[0]))
              .isEqualTo(Math.signum(verdicts.get(row).reward() - mean));
        }
      }
    }
  }
}
