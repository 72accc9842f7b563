package io.braid.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A local OpenAI-compatible service whose first calls fail with a chosen fault. */
public final class StandInEndpoint implements AutoCloseable {
  private static final int NOT_FOUND = 404;

  /** A fault. */
  public enum Fault {
    /** Status 429 with {@code Retry-After: 1}. */
    TOO_MANY_FOR_A_SECOND,
    /** Status 429 without {@code Retry-After}. */
    TOO_MANY,
    /** Status 500 with an HTML page. */
    BROKEN,
    /** Status 401. */
    NO_TOKEN,
    /** The connection is closed before the response. */
    CUT_BEFORE,
    /** The connection is closed during the response. */
    CUT_WITHIN,
    /** No response until long after the time limit. */
    SILENT,
    /** A response that begins at once and never ends. */
    DRIPPING,
    /** Half of a JSON object. */
    MALFORMED,
    /** JSON of another form. */
    OTHER_SHAPE,
    /** No choices. */
    NO_CHOICES,
    /** A choice without content or a reason. */
    NO_CONTENT,
    /** More bytes than the limit. */
    GIANT
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final int faults;
  private final Fault fault;
  private final Function<JsonNode, String> answer;

  /**
   * Creates a service whose first {@code faults} calls fail; the others receive {@code answer}'s
   * body.
   */
  public StandInEndpoint(int faults, Fault fault, Function<JsonNode, String> answer) {
    this.faults = faults;
    this.fault = fault;
    this.answer = answer;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Creates a service without faults. */
  public static StandInEndpoint answering(Function<JsonNode, String> answer) {
    return new StandInEndpoint(0, Fault.BROKEN, answer);
  }

  /** Creates the body of a response with these texts as choices. */
  public static String choices(String... texts) {
    List<Map<String, Object>> choices =
        List.of(texts).stream()
            .map(text ->
                Map.of(
                    "message",
                    Map.of("role", "assistant", "content", text),
                    "finish_reason",
                    "stop"))
            .toList();
    return JsonMapper.shared()
        .writeValueAsString(
            Map.of("choices", choices, "usage", Map.of("completion_tokens", 7 * texts.length)));
  }

  /** The service's base address. */
  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** The requests, in order of arrival. */
  public List<JsonNode> requests() {
    return requests;
  }

  /** The received {@code Authorization} headers. */
  public List<String> tokens() {
    return tokens;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (!exchange.getRequestURI().getPath().equals("/v1/chat/completions")) {
        send(exchange, NOT_FOUND, "no such page");
        return;
      }
      List<String> token = exchange.getRequestHeaders().get("Authorization");
      if (token != null) {
        tokens.addAll(token);
      }
      int call;
      JsonNode request = JsonMapper.shared().readTree(body);
      synchronized (requests) {
        requests.add(request);
        call = requests.size();
      }
      if (call <= faults) {
        fail(exchange);
      } else {
        send(exchange, 200, answer.apply(request));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fail(HttpExchange exchange) throws IOException, InterruptedException {
    switch (fault) {
      case TOO_MANY_FOR_A_SECOND -> {
        exchange.getResponseHeaders().add("Retry-After", "1");
        send(exchange, 429, "{\"error\":{\"message\":\"too many\"}}");
      }
      case TOO_MANY -> send(exchange, 429, "{\"error\":{\"message\":\"too many\"}}");
      case BROKEN -> send(exchange, 500, "<html>\n<b>out of\nmemory</b>");
      case NO_TOKEN -> send(exchange, 401, "{\"error\":{\"message\":\"no key\"}}");
      case CUT_BEFORE -> {}
      case CUT_WITHIN -> {
        exchange.sendResponseHeaders(200, 1_000);
        exchange.getResponseBody().write("{\"choices\":[".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
      }
      case SILENT -> TimeUnit.MINUTES.sleep(1);
      case DRIPPING -> {
        exchange.sendResponseHeaders(200, 0);
        while (true) {
          exchange.getResponseBody().write(' ');
          exchange.getResponseBody().flush();
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
      case MALFORMED -> send(exchange, 200, "{\"choices\":[{\"message\":");
      case OTHER_SHAPE -> send(exchange, 200, "[1, {\"choices\": 2}]");
      case NO_CHOICES -> send(exchange, 200, "{\"choices\":[]}");
      case NO_CONTENT -> send(exchange, 200, "{\"choices\":[{\"message\":{\"content\":null}}]}");
      case GIANT -> {
        exchange.sendResponseHeaders(200, 0);
        byte[] part = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        while (true) {
          exchange.getResponseBody().write(part);
        }
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
