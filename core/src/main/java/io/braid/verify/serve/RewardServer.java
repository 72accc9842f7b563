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
 * Gives a verifier's rewards over HTTP: {@code POST /get_reward} with {@code {"query": […],
 * "prompts": […], "labels": […]}} is answered by {@code {"rewards": […]}}, and {@code GET /health}
 * by {@code {"status": "ok"}}. Whatever else is asked gets {@code {"error": "…"}} and a status of
 * 4xx or 5xx.
 */
public final class RewardServer implements AutoCloseable {
  /** The most that what is being judged may take once the server is to stop. */
  private static final int GRACE_SECONDS = 30;

  /** How long a refused caller's bytes are thrown away before the connection ends. */
  private static final double LINGER_SECONDS = 2;

  private static final JsonMapper JSON = new JsonMapper();

  private final ServeSettings settings;
  private final Verifier verifier;
  private final Consumer<String> log;
  private final HttpServer server;
  private final HostNames names;
  private final Bodies bodies;
  private final Semaphore places;
  private final Semaphore turns;

  /** One is held by each request from its beginning until its answer is sent. */
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
    this.places = new Semaphore(settings.concurrency() + settings.waiting());
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

  /**
   * What the library waits for and how many connections it has, where nobody has said otherwise.
   */
  private static void limitTheLibrary() {
    for (List<String> each :
        List.of(
            List.of("sun.net.httpserver.maxReqTime", "60"),
            List.of("sun.net.httpserver.drainAmount", "0"), // nothing is waited for at the end
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
      // The caller has gone.
    } catch (RejectedExecutionException _) {
      // The server has stopped meanwhile.
    } catch (RuntimeException e) {
      log.accept("internal error: " + e);
    }
  }

  /** Sends an answer; returns whether the request has been read to its end. */
  private boolean answered(HttpExchange exchange) throws IOException {
    try {
      send(exchange, 200, answer(exchange));
      return true;
    } catch (Refusal refusal) {
      refuse(exchange, refusal);
    } catch (OutOfMemoryError e) {
      log.accept("out of memory: a request is refused; give --max-body a smaller number");
      refuse(exchange, new Refusal(503, "no memory for this request; send fewer at a time"));
    }
    return false;
  }

  /** Says at once what is wrong: what has not been read of the request is not waited for. */
  private static void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
    exchange.getResponseHeaders().set("Connection", "close");
    if (refusal.status == 503) {
      exchange.getResponseHeaders().set("Retry-After", "1");
    }
    send(exchange, refusal.status, JSON.createObjectNode().put("error", refusal.said()));
  }

  /**
   * Throws away for a moment what a refused caller still sends, and then ends the connection. To
   * end it at once would reset it, and the caller might not see the answer.
   */
  private void linger(HttpExchange exchange) throws IOException {
    // Closing an exchange would wait for its request; an interrupt ends reading and connection.
    ScheduledFuture<?> end = after(LINGER_SECONDS, Thread.currentThread()::interrupt);
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    end.cancel(false);
  }

  /** On a thread of its own, so that no caller holds up the clock. */
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
    if (stopping) {
      throw stopping();
    }
    if (!places.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      throw new Refusal(429, "too many requests at once; come back");
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
      places.release();
    }
  }

  private static Refusal stopping() {
    return new Refusal(503, "the server is stopping");
  }

  /** The body; a caller that takes too long to send it is told so, and cut off. */
  private Bodies.Body body(HttpExchange exchange) throws Refusal, IOException {
    Thread reader = Thread.currentThread();
    ScheduledFuture<?> cut = after(settings.bodySeconds(), () -> tooSlow(exchange, reader));
    try {
      Bodies.Body body = bodies.read(exchange);
      if (cut.cancel(false)) {
        return body;
      }
      body.close();
      throw new IOException("cut off");
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
              "the body was not there after %s seconds"
                  .formatted(
                      new BigDecimal(settings.bodySeconds())
                          .stripTrailingZeros()
                          .toPlainString())));
    } catch (IOException _) {
      // The caller has gone.
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
        throw new Refusal(500, "the verifier gave a reward that is not a finite number");
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

  /** Takes no more requests, lets those end that are being judged, and stops. */
  @Override
  public void close() {
    stopping = true;
    // The library's own wait is no help: it also waits for connections that were cut off.
    boolean ended = false;
    try {
      ended = requests.tryAcquire(Integer.MAX_VALUE, GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      log.accept("stopped before every request was answered");
    }
    server.stop(0);
    threads.shutdownNow();
    clock.shutdownNow();
  }
}
