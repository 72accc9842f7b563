package io.braid.verify.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.braid.UserError;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives a verifier's rewards over HTTP: {@code POST /get_reward} with {@code {"query": […],
 * "prompts": […], "labels": […]}} is answered by {@code {"rewards": […]}}, and {@code GET /health}
 * by {@code {"status": "ok"}}. Whatever else is asked gets {@code {"error": "…"}} and a status of
 * 4xx or 5xx.
 */
public final class RewardServer implements AutoCloseable {
  /** The most that what is being judged may take once the server is to stop. */
  private static final int GRACE_SECONDS = 30;

  private static final JsonMapper JSON = new JsonMapper();

  private final ServeSettings settings;
  private final Verifier verifier;
  private final Consumer<String> log;
  private final HttpServer server;
  private final Semaphore places;
  private final Semaphore turns;
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
    this.places = new Semaphore(2 * settings.concurrency());
    this.turns = new Semaphore(settings.concurrency(), true);
  }

  /**
   * Listens until closed.
   *
   * @param verifier what judges; stays the caller's
   * @param log told of what went wrong on this side
   * @throws UserError when the address is taken or not this machine's
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

  /** Seconds for a request to be sent and connections at once, where nobody has said otherwise. */
  private static void limitTheLibrary() {
    for (List<String> each :
        List.of(
            List.of("sun.net.httpserver.maxReqTime", "60"),
            List.of("jdk.httpserver.maxConnections", "1024"))) {
      if (System.getProperty(each.getFirst()) == null) {
        System.setProperty(each.getFirst(), each.getLast());
      }
    }
  }

  /** Where rewards are asked for. */
  public URI url() {
    InetAddress address = server.getAddress().getAddress();
    String host = address.getHostAddress();
    return URI.create(
        "http://%s:%d/get_reward"
            .formatted(
                host.contains(":") ? "[" + host + "]" : host, server.getAddress().getPort()));
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      try {
        send(exchange, 200, answer(exchange));
      } catch (Refusal refusal) {
        // What was not read of the request is not waited for.
        exchange.getResponseHeaders().set("Connection", "close");
        send(exchange, refusal.status, JSON.createObjectNode().put("error", refusal.said()));
      }
    } catch (IOException _) {
      // The caller has gone.
    } catch (RuntimeException e) {
      log.accept("internal error: " + e);
    }
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
  }

  private ObjectNode answer(HttpExchange exchange) throws Refusal, IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/health" -> {
        allowOnly(exchange, "GET");
        return JSON.createObjectNode().put("status", "ok");
      }
      case "/get_reward" -> {
        allowOnly(exchange, "POST");
        refuseStrangers(exchange);
        return rewards(exchange);
      }
      default -> throw new Refusal(404, "there is POST /get_reward and GET /health");
    }
  }

  private static void allowOnly(HttpExchange exchange, String method) throws Refusal {
    String given = exchange.getRequestMethod();
    if (!given.equals(method) && !(method.equals("GET") && given.equals("HEAD"))) {
      exchange.getResponseHeaders().set("Allow", method);
      throw new Refusal(405, "wants " + method);
    }
  }

  /** Compared in a time that does not tell how much of the token is right. */
  private void refuseStrangers(HttpExchange exchange) throws Refusal {
    Optional<String> wanted = settings.token().map(token -> "Bearer " + token);
    String given =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    if (wanted.isPresent() && !MessageDigest.isEqual(utf8(wanted.get()), utf8(given))) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      throw new Refusal(401, "wants the server's token as 'Authorization: Bearer …'");
    }
    // A web page can send other types to a loopback address without asking, JSON it cannot.
    String type =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse("");
    if (!type.regionMatches(true, 0, "application/json", 0, "application/json".length())) {
      throw new Refusal(415, "wants 'Content-Type: application/json'");
    }
  }

  private ObjectNode rewards(HttpExchange exchange) throws Refusal, IOException {
    if (!places.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      throw new Refusal(429, "too many requests at once; come back");
    }
    try {
      List<Submission> submissions = RewardRequest.read(body(exchange));
      turns.acquire();
      try {
        return rewards(submissions);
      } finally {
        turns.release();
      }
    } catch (InterruptedException _) {
      throw new Refusal(503, "the server is stopping");
    } finally {
      places.release();
    }
  }

  /** The body, read no further than it may be long, and cut off when it takes too long. */
  private byte[] body(HttpExchange exchange) throws Refusal, IOException {
    Optional<String> length =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Length"));
    if (length.filter(said -> said.matches("\\d{1,18}")).map(Long::parseLong).orElse(0L)
        > settings.mostBytes()) {
      throw tooLarge();
    }
    ScheduledFuture<?> cut =
        clock.schedule(
            exchange::close, (long) (settings.bodySeconds() * 1e9), TimeUnit.NANOSECONDS);
    byte[] body = exchange.getRequestBody().readNBytes(settings.mostBytes() + 1);
    if (!cut.cancel(false)) {
      throw new IOException("cut off");
    }
    if (body.length > settings.mostBytes()) {
      throw tooLarge();
    }
    return body;
  }

  private Refusal tooLarge() {
    return new Refusal(
        413, "a body above %d bytes; send fewer at a time".formatted(settings.mostBytes()));
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
        throw new Refusal(500, "the verifier gave a reward that is not a finite number");
      }
      rewards.add(verdict.reward());
    }
    return answer;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Takes no more requests, lets those end that are being judged, and stops. */
  @Override
  public void close() {
    server.stop(GRACE_SECONDS);
    threads.shutdownNow();
    clock.shutdownNow();
  }
}
