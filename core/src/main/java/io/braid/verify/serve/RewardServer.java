package io.braid.verify.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.braid.UserError;
import io.braid.verify.PartRewards;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Serves a verifier's rewards over HTTP. {@code POST /get_reward} with {@code {"query": […],
 * "prompts": […], "labels": […]}} is answered with {@code {"rewards": […]}}, and {@code GET
 * /health} with {@code {"status": "ok"}}. Any other request gets {@code {"error": "…"}} and a 4xx
 * or 5xx status.
 */
public final class RewardServer implements AutoCloseable {
  /** How long a stopping server waits for requests in progress. */
  private static final int GRACE_SECONDS = 30;

  /** How long a refused client's bytes are discarded before the connection is closed. */
  private static final double LINGER_SECONDS = 2;

  private static final JsonMapper JSON = new JsonMapper();

  private final ServeSettings settings;
  private final Verifier verifier;
  private final Consumer<String> log;
  private final HttpServer server;
  private final HostNames names;
  private final Bodies bodies;
  private final Semaphore admissions;
  private final Semaphore turns;

  /** Each request holds one permit from its start until its answer is sent. */
  private final Semaphore requests = new Semaphore(Integer.MAX_VALUE);

  private volatile boolean stopping;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("reward-server-clock").daemon().factory());

  private RewardServer(
      ServeSettings settings, Verifier verifier, Consumer<String> log, HttpServer server) {
    this.settings = settings;
    this.verifier = verifier;
    this.log = log;
    this.server = server;
    this.names = new HostNames(settings);
    this.bodies = new Bodies(settings.mostBytes());
    this.admissions = new Semaphore(settings.concurrency() + settings.waiting());
    this.turns = new Semaphore(settings.concurrency(), true);
  }

  /**
   * Starts a server, which listens until it is closed.
   *
   * @param verifier judges the responses; the caller closes it
   * @param log receives errors of the server
   * @throws UserError if the address is in use or does not belong to this machine
   */
  public static RewardServer start(
      ServeSettings settings, Verifier verifier, Consumer<String> log) {
    limitTheLibrary();
    InetSocketAddress address = new InetSocketAddress(settings.address(), settings.port());
    HttpServer http;
    try {
      http = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new UserError(
          "--port: cannot listen on %s:%d (%s); give another --port or --host"
              .formatted(settings.host(), settings.port(), e.getMessage()),
          e);
    }
    RewardServer server = new RewardServer(settings, verifier, log, http);
    http.createContext("/", server::handle);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** Sets time and connection limits of the HTTP library, unless the user has set them. */
  private static void limitTheLibrary() {
    for (List<String> each :
        List.of(
            List.of("sun.net.httpserver.maxReqTime", "60"),
            List.of("sun.net.httpserver.drainAmount", "0"), // do not wait for unread request bytes
            List.of("jdk.httpserver.maxConnections", "1024"))) {
      if (System.getProperty(each.getFirst()) == null) {
        System.setProperty(each.getFirst(), each.getLast());
      }
    }
  }

  /** Returns the address of {@code /get_reward}. */
  public URI url() {
    InetAddress address = server.getAddress().getAddress();
    String host = address.getHostAddress();
    return URI.create(
        "http://%s:%s/get_reward"
            .formatted(
                host.contains(":") ? "[" + host + "]" : host, server.getAddress().getPort()));
  }

  private void handle(HttpExchange exchange) {
    if (!requests.tryAcquire()) {
      exchange.close(); // the server has stopped
      return;
    }
    try (exchange) {
      boolean whole;
      try {
        whole = answered(exchange);
      } finally {
        requests.release();
      }
      if (!whole) {
        linger(exchange);
      }
    } catch (IOException _) {
      // The client has disconnected.
    } catch (RejectedExecutionException _) {
      // The server has stopped in the meantime.
    } catch (RuntimeException e) {
      log.accept("internal error: " + e);
    }
  }

  /** Sends an answer. Returns whether the request was read completely. */
  private boolean answered(HttpExchange exchange) throws IOException {
    try {
      send(exchange, 200, answer(exchange));
      return true;
    } catch (Refusal refusal) {
      refuse(exchange, refusal);
    } catch (OutOfMemoryError e) {
      log.accept("out of memory: a request was refused; lower --max-body");
      refuse(
          exchange,
          new Refusal(503, "no memory for this request; send fewer responses per request"));
    }
    return false;
  }

  /** Sends an error at once, without waiting for the rest of the request. */
  private static void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
    exchange.getResponseHeaders().set("Connection", "close");
    if (refusal.status == 503) {
      exchange.getResponseHeaders().set("Retry-After", "1");
    }
    send(exchange, refusal.status, JSON.createObjectNode().put("error", refusal.reason()));
  }

  /**
   * Discards what a refused client still sends for a moment, then closes the connection. Closing it
   * at once would reset it, and the client might not see the answer.
   */
  private void linger(HttpExchange exchange) throws IOException {
    // Closing the exchange would wait for the request; an interrupt ends reading and connection.
    ScheduledFuture<?> end = after(LINGER_SECONDS, Thread.currentThread()::interrupt);
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    end.cancel(false);
  }

  /** Runs the work later on its own thread, so that no client blocks the clock. */
  private ScheduledFuture<?> after(double seconds, Runnable work) {
    return clock.schedule(
        () -> threads.execute(work), (long) (seconds * 1e9), TimeUnit.NANOSECONDS);
  }

  private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.getResponseBody().flush();
  }

  private ObjectNode answer(HttpExchange exchange) throws Refusal, IOException {
    names.check(Optional.ofNullable(exchange.getRequestHeaders().get("Host")).orElse(List.of()));
    switch (exchange.getRequestURI().getPath()) {
      case "/health" -> {
        allowOnly(exchange, "GET");
        return JSON.createObjectNode().put("status", "ok");
      }
      case "/get_reward" -> {
        allowOnly(exchange, "POST");
        refuseUnauthorised(exchange);
        return rewards(exchange);
      }
      default ->
          throw new Refusal(404, "unknown path; the server has POST /get_reward and GET /health");
    }
  }

  private static void allowOnly(HttpExchange exchange, String method) throws Refusal {
    String given = exchange.getRequestMethod();
    if (!given.equals(method) && !(method.equals("GET") && given.equals("HEAD"))) {
      exchange.getResponseHeaders().set("Allow", method);
      throw new Refusal(405, "this path accepts only " + method);
    }
  }

  /** Checks token and content type; the comparison's time does not reveal the token. */
  private void refuseUnauthorised(HttpExchange exchange) throws Refusal {
    Optional<String> wanted = settings.token().map(token -> "Bearer " + token);
    String given =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    if (wanted.isPresent() && !MessageDigest.isEqual(utf8(wanted.get()), utf8(given))) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      throw new Refusal(401, "send the server's token as 'Authorization: Bearer …'");
    }
    // A web page can send other types to a loopback address without permission, but not JSON.
    String type =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse("");
    if (!type.regionMatches(true, 0, "application/json", 0, "application/json".length())) {
      throw new Refusal(415, "the request must have 'Content-Type: application/json'");
    }
  }

  private ObjectNode rewards(HttpExchange exchange) throws Refusal, IOException {
    if (stopping) {
      throw stopping();
    }
    if (!admissions.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      throw new Refusal(429, "too many requests at once; retry later");
    }
    try (Bodies.Body body = body(exchange)) {
      turns.acquire();
      try {
        return rewards(RewardRequest.read(body.stream()));
      } finally {
        turns.release();
      }
    } catch (InterruptedException _) {
      throw stopping();
    } finally {
      admissions.release();
    }
  }

  private static Refusal stopping() {
    return new Refusal(503, "the server is stopping");
  }

  /** Reads the body; a client that sends it too slowly gets status 408 and is disconnected. */
  private Bodies.Body body(HttpExchange exchange) throws Refusal, IOException {
    Thread reader = Thread.currentThread();
    ScheduledFuture<?> cut = after(settings.bodySeconds(), () -> tooSlow(exchange, reader));
    try {
      Bodies.Body body = bodies.read(exchange);
      if (cut.cancel(false)) {
        return body;
      }
      body.close();
      throw new IOException("the client was disconnected");
    } finally {
      cut.cancel(false);
    }
  }

  private void tooSlow(HttpExchange exchange, Thread reader) {
    try {
      refuse(
          exchange,
          new Refusal(
              408,
              "the body did not arrive within %s seconds"
                  .formatted(
                      new BigDecimal(settings.bodySeconds())
                          .stripTrailingZeros()
                          .toPlainString())));
    } catch (IOException _) {
      // The client has disconnected.
    } finally {
      reader.interrupt();
    }
  }

  private ObjectNode rewards(List<Submission> submissions) throws Refusal {
    List<Verdict> verdicts;
    try {
      verdicts = verifier.judgeAll(submissions);
    } catch (UserError e) {
      log.accept(String.valueOf(e.getMessage()));
      throw new Refusal(503, "the verifier cannot judge: " + e.getMessage());
    } catch (RuntimeException e) {
      log.accept("internal error: " + e);
      throw new Refusal(500, "internal error");
    }
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode rewards = answer.putArray("rewards");
    for (Verdict verdict : verdicts) {
      if (!Double.isFinite(verdict.reward())) {
        throw new Refusal(500, "the verifier returned a reward that is not a finite number");
      }
      rewards.add(verdict.reward());
    }
    if (verdicts.stream().anyMatch(Verdict::unknown)) {
      ArrayNode unknown = answer.putArray("unknown");
      verdicts.forEach(each -> {
        if (each.unknown()) {
          unknown.add(each.reason());
        } else {
          unknown.addNull();
        }
      });
    }
    if (verdicts.stream().anyMatch(each -> each.parts().isPresent())) {
      ArrayNode tokens = answer.putArray("token_rewards");
      ArrayNode steps = answer.putArray("step_rewards");
      verdicts.forEach(each -> add(each.parts(), tokens, steps));
    }
    return answer;
  }

  private static void add(Optional<PartRewards> parts, ArrayNode tokens, ArrayNode steps) {
    if (parts.isEmpty()) {
      tokens.addNull();
      steps.addNull();
      return;
    }
    switch (parts.get()) {
      case PartRewards.Tokens(List<Double> numbers) -> {
        ArrayNode list = tokens.addArray();
        numbers.forEach(list::add);
        steps.addNull();
      }
      case PartRewards.Steps(List<PartRewards.Step> all) -> {
        tokens.addNull();
        ArrayNode list = steps.addArray();
        all.forEach(step -> list.addArray().add(step.end()).add(step.reward()));
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Stops accepting requests, waits for those in progress, and stops the server. */
  @Override
  public void close() {
    stopping = true;
    // The library's own wait is useless here: it also waits for closed connections.
    boolean ended = false;
    try {
      ended = requests.tryAcquire(Integer.MAX_VALUE, GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      log.accept("the server stopped before every request was answered");
    }
    server.stop(0);
    threads.shutdownNow();
    clock.shutdownNow();
  }
}
