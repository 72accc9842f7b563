package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.RunResult;
import io.braid.run.train.TrainRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose rewards teach nothing: an untrained model is never right. */
class IdleRunTest {
  @TempDir private Path directory = Path.of("");

  private Path model = Path.of("");

  @BeforeEach
  void prepare() {
    model = TinyModel.in(directory);
  }

  private List<String> settings(int limit) {
    return List.of(
        "model='" + model + "'",
        "steps=8",
        "prompts_per_step=2",
        "rollout.samples=2",
        "rollout.max_new_tokens=8",
        "saving.checkpoint_every_steps=1",
        "stop_after_idle_steps=" + limit);
  }

  private RunResult run(Path out, boolean resume, int limit, String... more) {
    List<String> all = new ArrayList<>(settings(limit));
    all.addAll(List.of(more));
    return PolicyRun.run(
        Recipe.read(Path.of("..", "recipes", "countdown-grpo.yaml"), all, TrainRecipe.class),
        out,
        resume,
        RunListener.SILENT);
  }

  @Test
  void stepsThatTeachNothingEndTheRun() throws IOException {
    Path out = directory.resolve("idle");
    RunResult result = run(out, false, 3);

    assertThat(result.steps()).isEqualTo(3);
    assertThat(result.stoppedBy()).isEmpty();
    assertThat(result.over().orElseThrow())
        .startsWith("stopped at step 3: the last 3 steps had no learning signal");
    assertThat(Files.readAllLines(out.resolve("metrics.jsonl")).getLast())
        .contains("\"idle_steps\":3");
    assertThat(run(out, true, 3).steps())
        .as("the count continues when the run is resumed")
        .isEqualTo(3);
  }

  @Test
  void zeroGoesOnToTheEnd() {
    RunResult result = run(directory.resolve("on"), false, 0);

    assertThat(result.steps()).isEqualTo(8);
    assertThat(result.over()).isEmpty();
  }

  @Test
  void aPolicyLossThatMovesWithoutRewardsIsIdleToo() {
    assertThat(run(directory.resolve("flowrl"), false, 4, "loss={type: flowrl, beta: 1.0}").steps())
        .isEqualTo(4);
  }

  @Test
  void rewardsOfTokensAreWorthLearningFrom() {
    assertThat(run(directory.resolve("rlfr"), false, 4, "flow={reward: {threshold: 0.0}}").steps())
        .isEqualTo(8);
  }

  @Test
  void theCommandSaysSoInOneLineAndFails() {
    List<String> command = new ArrayList<>(List.of("train", "../recipes/countdown-grpo.yaml"));
    command.addAll(settings(2));
    command.addAll(List.of("--out", directory.resolve("said").toString()));
    Terminal.Ended ended = Terminal.here(command.toArray(String[]::new));

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err().strip().lines().toList().getLast())
        .startsWith("braid: stopped at step 2: the last 2 steps had no learning signal")
        .endsWith("go on with --resume stop_after_idle_steps=0");
  }
}
