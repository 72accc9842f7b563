package io.braid.run.train;

import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.checkpoint.JsonFile;
import io.braid.recipe.Recipe;
import io.braid.run.MetricsFile;
import io.braid.run.RunDirectory;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run's copy on an MLflow tracking server: its settings as parameters, and its metrics.
 *
 * <p>The server must be there when the run begins. After that, a run never waits for it: metrics
 * are sent by another thread, which tries again while the server is away. What the server has not
 * received when the run ends is sent when the run is resumed, because {@code metrics.jsonl} has it.
 */
final class MlflowRun implements Tracker {
  /** The file in the run directory that says which run on the server is the copy. */
  static final String FILE = "mlflow.json";

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration LAST = Duration.ofSeconds(5); // after the run has ended
  private static final Duration PAUSE = Duration.ofSeconds(2); // while the server is away

  // Limits of the server.
  private static final int MOST_PARAMETERS = 100; // of a call, as the next
  private static final int MOST_METRICS = 1_000;
  private static final int LONGEST_PARAMETER = 500; // characters, of older servers
  private static final int LONGEST_DESCRIPTION = 5_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final String uri;
  private final Consumer<String> notices;
  private final MlflowClient client;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("mlflow").factory());
  private final Queue<List<Metric>> waiting = new ConcurrentLinkedQueue<>(); // one for each step
  private String run = "";
  private long received; // the last step that the server had at the beginning; -1 for none
  private Outcome outcome = Outcome.FAILED;
  private boolean away; // of the sender, as the next
  private boolean refused;

  private MlflowRun(String uri, Consumer<String> notices) {
    this.uri = uri;
    this.notices = notices;
    this.client = new MlflowClient(credentials(uri));
  }

  private static BasicMlflowHostCreds credentials(String uri) {
    Map<String, String> environment = System.getenv();
    return Optional.ofNullable(environment.get("MLFLOW_TRACKING_TOKEN"))
        .map(token -> new BasicMlflowHostCreds(uri, token))
        .orElseGet(() ->
            new BasicMlflowHostCreds(
                uri,
                environment.get("MLFLOW_TRACKING_USERNAME"),
                environment.get("MLFLOW_TRACKING_PASSWORD")));
  }

  /**
   * Begins the copy of a new run, or goes on with that of a resumed one and sends what is missing.
   *
   * @param recipe the run's settings
   * @param done number of steps that earlier sessions have done
   * @param notices receives messages, possibly from another thread
   * @throws UserError if the server does not answer or refuses the run
   */
  static MlflowRun begin(
      MlflowRecipe settings,
      RunDirectory directory,
      Record recipe,
      int done,
      Consumer<String> notices) {
    MlflowRun copy = new MlflowRun(settings.uri().replaceFirst("/+$", ""), notices);
    try {
      copy.asked(() -> {
        copy.begin(settings, directory, recipe);
        return copy;
      });
      copy.sendMissing(directory, done);
      return copy;
    } catch (RuntimeException e) {
      copy.stop();
      throw e;
    }
  }

  private void begin(MlflowRecipe settings, RunDirectory directory, Record recipe) {
    Optional<Run> earlier = recorded(directory).flatMap(this::find);
    received =
        earlier.stream()
            .flatMap(each -> each.getData().getMetricsList().stream())
            .mapToLong(Metric::getStep)
            .max()
            .orElse(-1);
    run =
        earlier.map(each -> each.getInfo().getRunId()).orElseGet(() -> create(settings, directory));
    if (earlier.isPresent()) {
      resume();
    } else {
      List<Param> parameters = parameters(recipe);
      for (int i = 0; i < parameters.size(); i += MOST_PARAMETERS) {
        int end = Math.min(parameters.size(), i + MOST_PARAMETERS);
        client.logBatch(run, List.of(), parameters.subList(i, end), List.of());
      }
    }
    // Parameters cannot be changed, and a resumed run may have other settings.
    client.setTag(run, "mlflow.note.content", description(recipe));
    AtomicFile.write(
        directory.root().resolve(FILE),
        JSON.writeValueAsString(Map.of("uri", uri, "run_id", run)) + "\n");
    notices.accept(
        "metrics go to MLflow too: %s/#/experiments/%s/runs/%s"
            .formatted(uri, client.getRun(run).getInfo().getExperimentId(), run));
  }

  private static Optional<String> recorded(RunDirectory directory) {
    return Optional.of(directory.root().resolve(FILE))
        .filter(Files::exists)
        .map(file -> JsonFile.read(file).path("run_id").asString(""));
  }

  /** Returns the run of an earlier session; empty, with a notice, if this server has none. */
  private Optional<Run> find(String id) {
    try {
      return Optional.of(client.getRun(id))
          .filter(each -> each.getInfo().getLifecycleStage().equals("active"))
          .or(() -> {
            notices.accept(missing(id));
            return Optional.empty();
          });
    } catch (MlflowHttpException e) {
      if (e.getStatusCode() != 404) {
        throw e;
      }
      notices.accept(missing(id));
      return Optional.empty();
    }
  }

  private String missing(String id) {
    return "MLflow at %s has no run %s, which this run was sent to before; it is sent to a new one"
        .formatted(uri, id);
  }

  private String create(MlflowRecipe settings, RunDirectory directory) {
    String name = String.valueOf(directory.root().toAbsolutePath().normalize().getFileName());
    String experiment =
        client
            .getExperimentByName(settings.experiment())
            .map(Experiment::getExperimentId)
            .orElseGet(() -> client.createExperiment(settings.experiment()));
    return client
        .createRun(
            CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName(settings.name().orElse(name))
                .setStartTime(System.currentTimeMillis())
                .addTags(tag("mlflow.source.name", "braid"))
                .addTags(tag("mlflow.source.type", "LOCAL"))
                .build())
        .getRunId();
  }

  private void resume() {
    client.sendPost(
        "runs/update", JSON.writeValueAsString(Map.of("run_id", run, "status", "RUNNING")));
  }

  private static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }

  private static List<Param> parameters(Record recipe) {
    List<Param> parameters = new ArrayList<>();
    Recipe.settings(recipe)
        .forEach((key, value) ->
            parameters.add(
                Param.newBuilder()
                    .setKey(key)
                    .setValue(shortened(value, LONGEST_PARAMETER))
                    .build()));
    return parameters;
  }

  private static String description(Record recipe) {
    String lines =
        Recipe.settings(recipe).entrySet().stream()
            .filter(each -> !each.getValue().equals("null"))
            .map(each -> each.getKey() + ": " + each.getValue())
            .collect(Collectors.joining("\n"));
    return "```yaml\n" + shortened(lines, LONGEST_DESCRIPTION - 20) + "\n```";
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  /** Sends the steps that earlier sessions recorded and the server does not have. */
  private void sendMissing(RunDirectory directory, int done) {
    if (!Files.exists(directory.metrics())) {
      return;
    }
    MetricsFile.forEach(
        directory.metrics(),
        line -> {
          if (line.step() > received && line.step() <= done) {
            long time =
                Instant.parse(line.values().path(MetricsFile.TIME).asString()).toEpochMilli();
            List<Metric> metrics = new ArrayList<>();
            line.values()
                .properties()
                .forEach(each -> {
                  if (!each.getKey().equals(MetricsFile.STEP)
                      && !each.getKey().equals(MetricsFile.TIME)) {
                    double value = each.getValue().asDouble(Double.NaN);
                    metrics.add(metric(each.getKey(), value, line.step(), time));
                  }
                });
            send(metrics);
          }
        });
  }

  /** Sends the metrics unless the server has them from an earlier session. */
  @Override
  public void record(long step, MetricValues values, long time) {
    if (step > received) {
      amend(step, values, time);
    }
  }

  @Override
  public void amend(long step, MetricValues values, long time) {
    send(
        values.byName().entrySet().stream()
            .map(each -> metric(each.getKey(), each.getValue(), step, time))
            .toList());
  }

  private static Metric metric(String name, double value, long step, long time) {
    return Metric.newBuilder()
        .setKey(name(name))
        .setValue(value)
        .setStep(step)
        .setTimestamp(time)
        .build();
  }

  /** Returns the name on the server, which accepts fewer characters. */
  static String name(String metric) {
    return metric.replace("@", "_at_").replaceAll("[^\\w\\-. :/]", "_");
  }

  @Override
  public void ended(Outcome how) {
    outcome = how;
  }

  private void send(List<Metric> metrics) {
    waiting.add(metrics);
    sender.execute(this::sendWaiting);
  }

  /** Sends what waits, as much as one call may contain. */
  private void sendWaiting() {
    List<Metric> call = new ArrayList<>();
    int steps = 0;
    for (List<Metric> step : waiting) {
      if (steps > 0 && call.size() + step.size() > MOST_METRICS) {
        break;
      }
      call.addAll(step);
      steps++;
    }
    if (steps > 0 && untilSent(() -> client.logBatch(run, call, List.of(), List.of()))) {
      for (int i = 0; i < steps; i++) {
        waiting.remove();
      }
    }
  }

  /** Calls the server until it answers; returns false if this process ends before. */
  private boolean untilSent(Runnable call) {
    while (true) {
      try {
        call.run();
        if (away) {
          away = false;
          notices.accept("MLflow at %s is back".formatted(uri));
        }
        return true;
      } catch (RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
          return false;
        }
        if (e instanceof MlflowHttpException answer && isRefusal(answer.getStatusCode())) {
          if (!refused) {
            refused = true;
            notices.accept(
                "MLflow at %s refused metrics, which are left out there: %s"
                    .formatted(uri, reason(e)));
          }
          return true; // it would refuse them again
        }
        if (!away) {
          away = true;
          notices.accept(
              "MLflow at %s does not take the metrics (%s); the run goes on and tries again"
                  .formatted(uri, reason(e)));
        }
        try {
          Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
          return false;
        }
      }
    }
  }

  private RunStatus status() {
    return switch (outcome) {
      case FINISHED -> RunStatus.FINISHED;
      case STOPPED -> RunStatus.KILLED;
      case FAILED -> RunStatus.FAILED;
    };
  }

  private static boolean isRefusal(int status) {
    return status / 100 == 4 && status != 408 && status != 429;
  }

  /** Calls the server once and waits for its answer. */
  private <T> T asked(Callable<T> call) {
    Future<T> answer = sender.submit(call);
    try {
      return answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
      if (cause instanceof UserError error) {
        throw error;
      }
      throw unavailable(reason(cause), cause);
    } catch (TimeoutException e) {
      throw unavailable("no answer within %s seconds".formatted(ANSWER.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    }
  }

  private UserError unavailable(String why, Throwable cause) {
    return new UserError(
        "saving.mlflow: the tracking server at %s cannot be used: %s; check that it runs, or remove saving.mlflow"
            .formatted(uri, why),
        cause);
  }

  /** Returns the reason of a failure on one line; the server's text is not trusted. */
  private static String reason(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null && !(first instanceof MlflowHttpException)) {
      first = first.getCause();
    }
    if (first instanceof ConnectException) {
      return "nothing listens there";
    }
    String text =
        first instanceof MlflowHttpException http
            ? "status %s: %s".formatted(http.getStatusCode(), message(http.getBodyMessage()))
            : first.getClass().getSimpleName() + ": " + first.getMessage();
    return shortened(text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip(), 200);
  }

  private static String message(String body) {
    try {
      return JSON.readTree(body).path("message").asString(body);
    } catch (JacksonException _) {
      return body;
    }
  }

  /** Waits a little for what has not been sent, and says what remains. */
  @Override
  public void close() {
    sender.execute(() -> untilSent(() -> client.setTerminated(run, status())));
    sender.shutdown();
    boolean sent = false;
    try {
      sent = sender.awaitTermination(LAST.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int left = waiting.size();
    if (!sent) {
      notices.accept(
          "MLflow at %s has not received %s; metrics.jsonl has all, and --resume sends what is missing"
              .formatted(
                  uri,
                  left == 0
                      ? "that the run has ended"
                      : "the metrics of %s steps".formatted(left)));
    }
    stop();
  }

  private void stop() {
    sender.shutdownNow();
    client.close();
  }
}
