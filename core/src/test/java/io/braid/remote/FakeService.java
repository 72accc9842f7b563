package io.braid.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
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

/** A service for tests whose responses are given by the test. */
public final class FakeService implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Behaviour behaviour;

  /**
   * A received call.
   *
   * @param number number of the call, from 1
   * @param authorization the {@code Authorization} header, if any
   */
  public record Call(int number, String body, String authorization, long nanoTime) {}

  /** Creates the response to a call. */
  @FunctionalInterface
  public interface Behaviour {
    /** Returns the response; any exception cuts the connection. */
    Answer answer(Call call) throws Exception;
  }

  /** A response. */
  public record Answer(int status, String body, Map<String, String> headers) {
    /** Creates a response with status 200. */
    public static Answer ok(String body) {
      return new Answer(200, body, Map.of());
    }

    /** Creates a response without headers. */
    public static Answer of(int status, String body) {
      return new Answer(status, body, Map.of());
    }
  }

  /** Starts a service on a free port of 127.0.0.1. */
  public FakeService(Behaviour behaviour) {
    this(0, behaviour);
  }

  /** Starts a service on the given port of 127.0.0.1. */
  public FakeService(int port, Behaviour behaviour) {
    this.behaviour = behaviour;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String authorization =
          exchange.getRequestHeaders().getOrDefault("Authorization", List.of("")).getFirst();
      Call call;
      synchronized (calls) {
        call = new Call(calls.size() + 1, body, authorization, System.nanoTime());
        calls.add(call);
      }
      Answer answer = behaviour.answer(call);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception _) {
      // Closing the exchange before its headers are sent cuts the connection.
    }
  }

  /** The calls received so far, in order. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The service's address. */
  public URI address() {
    return URI.create("http://127.0.0.1:%d/get_reward".formatted(port()));
  }

  /** The service's port. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
