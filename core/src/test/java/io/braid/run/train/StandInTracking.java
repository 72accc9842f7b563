package io.braid.run.train;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An MLflow tracking server with the calls that Braid makes, for tests. */
final class StandInTracking implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ROOT = "/api/2.0/mlflow/";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Tracked> runs = new LinkedHashMap<>();
  private final List<String> experiments = new ArrayList<>();

  /** A call whose path ends like this gets this status. */
  volatile Map<String, Integer> failing = Map.of();

  /** A run on the server. */
  static final class Tracked {
    final String experiment;
    final String name;
    final Map<String, String> parameters = new LinkedHashMap<>();
    final Map<String, String> tags = new LinkedHashMap<>();

    /** Each metric as {@code name@step=value}, in the order of arrival. */
    final List<String> metrics = new ArrayList<>();

    private final Map<String, Long> lastSteps = new LinkedHashMap<>();
    String status = "RUNNING";

    Tracked(String experiment, String name) {
      this.experiment = experiment;
      this.name = name;
    }
  }

  StandInTracking() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized List<Tracked> runs() {
    return List.copyOf(runs.values());
  }

  synchronized List<String> experiments() {
    return List.copyOf(experiments);
  }

  synchronized void forget() {
    runs.clear();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().replace(ROOT, "");
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    byte[] sent = exchange.getRequestBody().readAllBytes();
    int status = failing.getOrDefault(path, 200);
    ObjectNode answer = JSON.createObjectNode();
    if (status == 200) {
      JsonNode body = sent.length == 0 ? JSON.createObjectNode() : JSON.readTree(sent);
      status =
          answer(path, query.replaceFirst("&.*", "").replaceFirst("^[a-z_]+=", ""), body, answer);
    }
    if (status != 200) {
      answer.put("error_code", "OF_A_TEST").put("message", "status\n" + status + " of a test");
    }
    byte[] text = JSON.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private synchronized int answer(String path, String asked, JsonNode body, ObjectNode answer) {
    String id = body.path("run_id").asString(asked);
    switch (path) {
      case "experiments/get-by-name" -> {
        if (!experiments.contains(asked)) {
          return 404;
        }
        answer.putObject("experiment").put("experiment_id", asked).put("name", asked);
      }
      case "experiments/create" -> {
        experiments.add(body.path("name").asString());
        answer.put("experiment_id", body.path("name").asString());
      }
      case "runs/create" -> {
        String run = "run-" + (runs.size() + 1);
        runs.put(
            run,
            new Tracked(body.path("experiment_id").asString(), body.path("run_name").asString()));
        put(run, answer);
      }
      case "runs/get" -> {
        if (!runs.containsKey(id)) {
          return 404;
        }
        put(id, answer);
      }
      case "runs/update" -> run(id).status = body.path("status").asString();
      case "runs/set-tag" ->
          run(id).tags.put(body.path("key").asString(), body.path("value").asString());
      case "runs/log-batch" -> add(run(id), body);
      default -> {
        return 501;
      }
    }
    return 200;
  }

  private Tracked run(String id) {
    return Objects.requireNonNull(runs.get(id), id);
  }

  private void put(String id, ObjectNode answer) {
    Tracked run = run(id);
    ObjectNode about = answer.putObject("run");
    about
        .putObject("info")
        .put("run_id", id)
        .put("experiment_id", run.experiment)
        .put("lifecycle_stage", "active");
    ArrayNode metrics = about.putObject("data").putArray("metrics");
    run.lastSteps.forEach(
        (name, step) -> metrics.addObject().put("key", name).put("value", 1.0).put("step", step));
  }

  private static void add(Tracked run, JsonNode body) {
    body.path("params")
        .forEach(
            each -> run.parameters.put(each.path("key").asString(), each.path("value").asString()));
    body.path("metrics")
        .forEach(each -> {
          String name = each.path("key").asString();
          long step = each.path("step").asLong();
          run.lastSteps.merge(name, step, Math::max);
          run.metrics.add("%s@%s=%s".formatted(name, step, each.path("value").asString()));
        });
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
