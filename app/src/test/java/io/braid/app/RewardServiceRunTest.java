package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.TrainRecipe;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import io.braid.verify.serve.RewardServer;
import io.braid.verify.serve.ServeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training with a reward service that dies on the way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RewardServiceRunTest {
  private static final int RESPONSES_A_STEP = 16;

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");

  @BeforeAll
  void makeModel() {
    model = TinyModel.in(directory);
  }

  /** Serves so many responses and then no more. */
  private record Dying(AtomicInteger left) implements Verifier {
    Dying(int responses) {
      this(new AtomicInteger(responses));
    }

    @Override
    public Verdict judge(Submission submission) {
      if (left.decrementAndGet() < 0) {
        throw new UserError("dead");
      }
      double reward = submission.response().length() % 5 / 4.0;
      return new Verdict(reward, reward == 1, Optional.empty(), "counted");
    }
  }

  private static RewardServer serve(int port, int responses) {
    return RewardServer.start(
        new ServeSettings("127.0.0.1", port, Optional.empty(), 1 << 20, 2, 16, 10),
        new Dying(responses),
        _ -> {});
  }

  private TrainRecipe recipe(RewardServer server, int staleness, int every) {
    return recipe(server, staleness, every, "{max_attempts: 2, backoff_seconds: 0.01}");
  }

  private TrainRecipe recipe(RewardServer server, int staleness, int every, String calls) {
    return Recipe.read(
        Path.of("..", "recipes", "countdown-grpo.yaml"),
        List.of(
            "model='" + model + "'",
            "steps=5",
            "staleness=" + staleness,
            "prompts_per_step=4",
            "rollout.samples=4",
            "rollout.max_new_tokens=8",
            "optimizer.learning_rate=0.01",
            "saving.checkpoint_every_steps=" + every,
            "verifier={type: http, url: '"
                + server.url()
                + "', batch_size: 3, calls: "
                + calls
                + "}"),
        TrainRecipe.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "0, 100", "1, 100"})
  void itSavesStopsAndGoesOnWithTheSameRewardsOnceTheServiceIsBack(int staleness, int every) {
    Path whole = directory.resolve("whole" + staleness + every);
    Path died = directory.resolve("died" + staleness + every);
    TrainRecipe recipe;
    int port;
    try (RewardServer server = serve(0, Integer.MAX_VALUE)) {
      port = server.url().getPort();
      recipe = recipe(server, staleness, every);
      PolicyRun.run(recipe, whole, false, RunListener.SILENT);
    }
    try (RewardServer server = serve(port, 3 * RESPONSES_A_STEP + 2)) {
      assertThatThrownBy(() -> PolicyRun.run(recipe, died, false, RunListener.SILENT))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("the service at " + server.url() + " failed 2 times")
          .hasMessageContaining("dead");
    }
    assertThat(died.resolve("model")).doesNotExist();
    assertThat(died.resolve("checkpoints/step-000003")).as("no step is lost").exists();
    try (RewardServer _ = serve(port, Integer.MAX_VALUE)) {
      PolicyRun.run(recipe, died, true, RunListener.SILENT);
    }

    assertThat(died.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model/model.safetensors"));
    assertThat(whole.resolve("model/model.safetensors").toFile())
        .as("it learned")
        .satisfies(file ->
            assertThat(
                    java.nio.file.Files.mismatch(file.toPath(), model.resolve("model.safetensors")))
                .isNotNegative());
  }

  /** As long as its patience lasts: here for half a minute instead of ten, and a second away. */
  @Test
  void aServiceThatRestartsCostsNoStep() throws Exception {
    Path whole = directory.resolve("never-away");
    Path restarted = directory.resolve("restarted");
    TrainRecipe recipe;
    int port;
    try (RewardServer server = serve(0, Integer.MAX_VALUE)) {
      port = server.url().getPort();
      recipe = recipe(server, 0, 100, "{retry_seconds: 30, backoff_seconds: 0.01}");
      PolicyRun.run(recipe, whole, false, RunListener.SILENT);
    }
    try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor()) {
      RewardServer first = serve(port, Integer.MAX_VALUE);
      CompletableFuture<RewardServer> second = new CompletableFuture<>();
      PolicyRun.run(
          recipe,
          restarted,
          false,
          new After(
              2,
              () -> {
                first.close();
                var _ =
                    later.schedule(
                        () -> second.complete(serve(port, Integer.MAX_VALUE)), 1, TimeUnit.SECONDS);
              }));
      second.join().close();
    }

    assertThat(restarted.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model/model.safetensors"));
    assertThat(Files.readAllLines(restarted.resolve("metrics.jsonl"))).hasSize(5);
  }

  /** Does something after so many steps. */
  private record After(int steps, Runnable what) implements RunListener {
    @Override
    public void begins(String phase, int all, int done) {}

    @Override
    public void stepped(int done, MetricValues metrics) {
      if (done == steps) {
        what.run();
      }
    }

    @Override
    public void notice(String text) {}

    @Override
    public void ends(String note) {}
  }

  @Test
  void aServiceThatWasNeverThereStopsTheRun() {
    TrainRecipe recipe;
    try (RewardServer server = serve(0, 0)) {
      recipe = recipe(server, 0, 1);
    }

    assertThatThrownBy(
            () -> PolicyRun.run(recipe, directory.resolve("never"), false, RunListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("ConnectException");
  }

  @Test
  void aVerifierThatCannotBeMadeLeavesNoRunDirectory() {
    TrainRecipe recipe =
        Recipe.read(
            Path.of("..", "recipes", "countdown-grpo.yaml"),
            List.of("model='" + model + "'", "verifier={type: custom, class: no.Such}"),
            TrainRecipe.class);
    Path out = directory.resolve("unmade");

    assertThatThrownBy(() -> PolicyRun.run(recipe, out, false, RunListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("verifier no.Such: no such class");
    assertThat(out).doesNotExist();
  }
}
