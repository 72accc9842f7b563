package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.eval.HeldOutMetrics;
import io.braid.run.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mlflow.tracking.MlflowClient;

/** Runs of two metrics a step, copied to a tracking server. */
class MlflowRunTest {
  private static final Metric LOSS = Metric.declare("a_loss", Metric.Unit.NONE, "of a test");
  private static final Metric AT = HeldOutMetrics.AVG.at(2);

  @TempDir private Path root = Path.of("");
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private StandInTracking server;

  private record Settings(int seed, SavingRecipe saving) {}

  @BeforeEach
  void begin() throws IOException {
    server = new StandInTracking();
  }

  @AfterEach
  void end() {
    server.close();
  }

  private RunLoop.Ended run(String uri, boolean resume, int steps, RunLoop.Work work) {
    SavingRecipe saving =
        new SavingRecipe(
            1, 2, 10, Optional.of(new MlflowRecipe(uri, "of tests", Optional.empty())));
    try (RunLoop loop =
        RunLoop.in(
            root.resolve("grpo-1"), resume, new Settings(7, saving), saving, new Listener())) {
      return loop.run(steps, work);
    }
  }

  private StandInTracking.Tracked only() {
    assertThat(server.runs()).hasSize(1);
    return server.runs().getFirst();
  }

  @Test
  void settingsAndMetricsArrive() {
    run(server.uri() + "/", false, 3, new Work());

    StandInTracking.Tracked run = only();
    assertThat(server.experiments()).containsExactly("of tests");
    assertThat(run.name).isEqualTo("grpo-1");
    assertThat(run.status).isEqualTo("FINISHED");
    assertThat(run.parameters)
        .containsEntry("seed", "7")
        .containsEntry("saving.keep", "2")
        .containsEntry("saving.mlflow.name", "null");
    assertThat(run.tags.get("mlflow.note.content"))
        .contains("saving.keep: 2")
        .doesNotContain("null");
    assertThat(run.metrics)
        .contains("a_loss@1=1.0", "eval_avg_at_2@1=0.5", "a_loss@2=2.0", "a_loss@3=NaN");
    assertThat(notices)
        .containsExactly(
            "metrics go to MLflow too: %s/#/experiments/of tests/runs/run-1"
                .formatted(server.uri()));
  }

  @Test
  void aResumedRunGoesOnAndSendsNothingTwice() {
    Work work = new Work();
    work.failAt = 2;
    assertThatThrownBy(() -> run(server.uri(), false, 3, work)).isInstanceOf(UserError.class);
    assertThat(only().status).isEqualTo("FAILED");

    run(server.uri(), true, 3, new Work());

    assertThat(only().status).isEqualTo("FINISHED");
    assertThat(only().metrics.stream().filter(each -> each.startsWith("a_loss")))
        .containsExactly("a_loss@1=1.0", "a_loss@2=2.0", "a_loss@3=NaN");
  }

  @Test
  void stepsThatTheServerMissedAreSentOnResume() {
    Work work = new Work();
    work.afterFirst = () -> server.failing = Map.of("runs/log-batch", 503, "runs/update", 503);
    run(server.uri(), false, 2, work);
    assertThat(notices)
        .anyMatch(each -> each.endsWith("the run goes on and tries again"))
        .last()
        .asString()
        .matches(
            "MLflow at .* has not received the metrics of [12] steps; metrics.jsonl has all, .*");
    assertThat(String.join("\n", notices)).doesNotContain("status\n");

    server.failing = Map.of();
    run(server.uri(), true, 3, new Work());

    assertThat(only().status).isEqualTo("FINISHED");
    assertThat(only().metrics.stream().filter(each -> each.startsWith("a_loss")))
        .containsExactly("a_loss@1=1.0", "a_loss@2=2.0", "a_loss@3=NaN");
  }

  @Test
  void aRunThatTheServerNoLongerHasBeginsAgainThere() {
    run(server.uri(), false, 2, new Work());
    server.forget();
    notices.clear();

    run(server.uri(), true, 3, new Work());

    assertThat(notices).first().asString().contains("has no run run-1").endsWith("to a new one");
    assertThat(only().metrics.stream().filter(each -> each.startsWith("a_loss")))
        .containsExactly("a_loss@1=1.0", "a_loss@2=2.0", "a_loss@3=NaN");
  }

  @Test
  void refusedMetricsDoNotStopTheRun() {
    Work work = new Work();
    work.afterFirst = () -> server.failing = Map.of("runs/log-batch", 400);
    run(server.uri(), false, 2, work);

    assertThat(notices)
        .filteredOn(each -> each.contains("refused"))
        .singleElement()
        .asString()
        .endsWith("left out there: status 400: status 400 of a test");
    assertThat(only().status).isEqualTo("FINISHED");
  }

  @Test
  void aServerThatIsNotThereIsAnErrorBeforeAnythingIsWritten() {
    String uri = server.uri();
    server.close();

    assertThatThrownBy(() -> run(uri, false, 2, new Work()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "saving.mlflow: the tracking server at %s cannot be used: nothing listens there;"
                + " check that it runs, or remove saving.mlflow",
            uri);
    assertThat(root.resolve("grpo-1/recipe.yaml")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:5000,                   is not the address of a tracking server",
    "databricks,                       is not the address of a tracking server",
    "http://me:secret@127.0.0.1:5000,  contains a user name or password",
    "http://[,                         is not an address",
  })
  void otherAddressesAreRefused(String uri, String why) {
    assertThatThrownBy(() -> new MlflowRecipe(uri, "braid", Optional.empty()))
        .isInstanceOf(SettingError.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("secret");
  }

  @Test
  void namesHaveOnlyCharactersThatMlflowAccepts() {
    assertThat(MlflowRun.name("eval_avg@4")).isEqualTo("eval_avg_at_4");
    assertThat(MlflowRun.name("math500 é=1/2")).isEqualTo("math500 __1/2");
  }

  /** The commands that start a server are in parity/README.md. */
  @Test
  void theRealServerHasTheSame() {
    String uri = Optional.ofNullable(System.getenv("BRAID_MLFLOW_URI")).orElse("");
    assumeTrue(!uri.isEmpty(), "BRAID_MLFLOW_URI names no MLflow tracking server");
    Work work = new Work();
    work.failAt = 2;
    assertThatThrownBy(() -> run(uri, false, 3, work)).isInstanceOf(UserError.class);
    run(uri, true, 3, new Work());

    String id = idOf(root.resolve("grpo-1/mlflow.json"));
    try (MlflowClient client = new MlflowClient(uri)) {
      assertThat(client.getRun(id).getInfo().getStatus().name()).isEqualTo("FINISHED");
      assertThat(client.getRun(id).getInfo().getRunName()).isEqualTo("grpo-1");
      assertThat(client.getRun(id).getData().getParamsList())
          .anyMatch(each -> each.getKey().equals("saving.keep") && each.getValue().equals("2"));
      assertThat(client.getMetricHistory(id, "eval_avg_at_2"))
          .extracting(each -> each.getStep() + ": " + each.getValue())
          .containsExactly("1: 0.5", "2: 1.0", "3: 1.5");
      assertThat(client.getMetricHistory(id, "a_loss"))
          .extracting(each -> each.getStep() + ": " + each.getValue())
          .containsExactly("1: 1.0", "2: 2.0", "3: NaN");
    }
  }

  private static String idOf(Path file) {
    try {
      return Files.readString(file).replaceFirst("(?s).*\"run_id\":\"([^\"]*)\".*", "$1");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private final class Listener implements RunListener {
    @Override
    public void begins(String phase, int steps, int done) {}

    @Override
    public void stepped(int done, MetricValues metrics) {}

    @Override
    public void notice(String text) {
      if (text.contains("MLflow")) {
        notices.add(text);
      }
    }

    @Override
    public void ends(String note) {}
  }

  private static final class Work implements RunLoop.Work {
    private int done;
    private int failAt = -1;
    private Runnable afterFirst = () -> {};

    @Override
    public MetricValues step(int number) {
      if (number == failAt) {
        throw new UserError("of a test");
      }
      if (number == 1) {
        afterFirst.run();
      }
      done = number + 1;
      return new MetricValues().put(LOSS, done == 3 ? Double.NaN : done).put(AT, done / 2.0);
    }

    @Override
    public OptionalInt finished() {
      return OptionalInt.of(done);
    }

    @Override
    public CheckpointParts parts() {
      return CheckpointParts.none();
    }
  }
}
