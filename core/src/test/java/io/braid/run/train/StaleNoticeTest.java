package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.MetricValues;
import io.braid.objective.loss.Flowrl;
import io.braid.recipe.Recipe;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.RunListener;
import io.braid.train.StepMetrics;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the warning about stale responses without importance weights. */
class StaleNoticeTest {
  @TempDir Path folder;

  /** Rewards that differ between responses. */
  public static final class Uneven implements Verifier {
    @Override
    public Verdict judge(Submission submission) {
      int reward = submission.response().length() % 3;
      return new Verdict(reward, reward == 2, Optional.empty(), "by length");
    }
  }

  private static final class Heard implements RunListener {
    private final List<String> warnings = new ArrayList<>();
    private final List<MetricValues> steps = new ArrayList<>();

    @Override
    public void begins(String phase, int steps, int done) {}

    @Override
    public void stepped(int done, MetricValues metrics) {
      steps.add(metrics);
    }

    @Override
    public void notice(String text) {
      if (text.startsWith("staleness 1:")) {
        warnings.add(text);
      }
    }

    @Override
    public void ends(String note) {}
  }

  private Heard run(double rate, String... more) throws Exception {
    Path model =
        Path.of(Objects.requireNonNull(StaleNoticeTest.class.getResource("digits")).toURI());
    Path file =
        Files.writeString(
            folder.resolve("r.yaml"),
            """
            model: %s
            data: digits
            steps: 5
            prompts_per_step: 4
            rollout: {samples: 4, max_new_tokens: 8}
            staleness: 1
            advantage: reinforce
            loss: {type: flowrl, beta: auto, log_z: batch-mean}
            verifier: {type: custom, class: io.braid.run.train.StaleNoticeTest$Uneven}
            optimizer: {learning_rate: %s}
            saving: {}
            """
                .formatted(model, rate));
    Heard heard = new Heard();
    PolicyRun.run(
        Recipe.read(file, List.of(more), TrainRecipe.class),
        folder.resolve("r" + rate + more.length),
        false,
        heard);
    return heard;
  }

  @Test
  void aLargeMismatchIsSaidOnceWithBothFiguresAndTheRemedy() throws Exception {
    Heard heard = run(0.05);

    assertThat(heard.warnings).hasSize(1);
    assertThat(heard.warnings.getFirst())
        .containsPattern(
            "in step [2-5], .* by \\d+\\.\\d\\d nats on average \\(\\d+\\.\\d{4} per token\\)")
        .contains(
            "add 'rollout_correction: {type: truncated-importance-sampling, level: sequence}', or"
                + " set staleness=0");
    assertThat(
            run(0.05, "rollout_correction={type: truncated-importance-sampling, level: sequence}")
                .warnings)
        .isEmpty();
  }

  @Test
  void aSmallMismatchIsNot() throws Exception {
    Heard heard = run(1e-6);

    assertThat(heard.warnings).isEmpty();
    assertThat(heard.steps.getLast().get(StepMetrics.MISMATCH_RESPONSE)).isBetween(0.0, 1.0);
  }

  @Test
  void theBetaThatFollowsTheLengthIsReported() throws Exception {
    for (MetricValues step : run(1e-6).steps) {
      assertThat(step.get(Flowrl.BETA) * step.get(ResponseMetrics.RESPONSE_LENGTH))
          .isCloseTo(7, org.assertj.core.api.Assertions.within(1e-4));
    }
  }
}
