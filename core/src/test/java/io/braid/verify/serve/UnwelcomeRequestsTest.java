package io.braid.verify.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.verify.Gsm8k;
import io.braid.verify.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests clients that send too much, too slowly, without a token or with another host name. */
@Timeout(60)
class UnwelcomeRequestsTest {
  private static final String GOOD =
      """
      {"query": ["1+1? #### 2"], "prompts": ["1+1?"], "labels": ["2"]}\
      """;
  private static final Verifier GSM8K = new Gsm8k(Gsm8k.Extraction.FLEXIBLE).create();

  private static ServeSettings settings(Optional<String> token) {
    return new ServeSettings("127.0.0.1", 0, token, 4096, 2, 2, 2);
  }

  private static RewardServer open(Verifier verifier) {
    return RewardServer.start(settings(Optional.empty()), verifier, _ -> {});
  }

  private static HttpRequest.Builder post(URI address, String body) {
    return HttpRequest.newBuilder(address)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  /** Sends bytes and returns the answer until the server closes the connection. */
  private static String exchange(RewardServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.url().getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Returns the head of a request whose body never arrives. */
  private static String head(String host, int length) {
    return "POST /get_reward HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        .formatted(host, length);
  }

  @Test
  void disconnectsASlowBody() throws Exception {
    try (RewardServer server = open(GSM8K)) {
      long start = System.nanoTime();
      String answer = exchange(server, head("localhost", 100) + "{");
      assertThat(answer)
          .startsWith("HTTP/1.1 408 ")
          .endsWith("{\"error\":\"the body did not arrive within 2 seconds\"}");
      assertThat((System.nanoTime() - start) / 1e9).isBetween(1.5, 55.0);
      assertThat(send(post(server.url(), GOOD)).statusCode()).as("others").isEqualTo(200);
    }
  }

  /** The client has sent no body, but could still, when it reads the answer. */
  @Test
  void refusesByHeadersBeforeTheBody() throws Exception {
    try (RewardServer server =
        RewardServer.start(settings(Optional.of("s3cret")), GSM8K, _ -> {})) {
      assertThat(answeredAtOnce(server, head("localhost", 100))).startsWith("HTTP/1.1 401 ");
      assertThat(
              answeredAtOnce(
                  server,
                  head("localhost", 5000)
                      .replace("\r\nC", "\r\nAuthorization: Bearer s3cret\r\nC")))
          .startsWith("HTTP/1.1 413 ");
      assertThat(answeredAtOnce(server, head("evil.example", 100))).startsWith("HTTP/1.1 421 ");
      assertThat(
              answeredAtOnce(server, head("localhost", 100).replace("/get_reward", "/elsewhere")))
          .startsWith("HTTP/1.1 404 ");
    }
  }

  private static String answeredAtOnce(RewardServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.url().getPort())) {
      socket.setSoTimeout(1000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      byte[] first = new byte[64];
      int read = socket.getInputStream().read(first);
      return new String(first, 0, Math.max(0, read), StandardCharsets.US_ASCII);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "localhost:1234, 200",
    "127.0.0.1, 200",
    "LOCALHOST:80, 200",
    "[::1]:9, 200",
    "127.9.9.9, 200",
    "rewards.example, 200",
    "evil.example, 421",
    "localhost.evil.example, 421",
    "127.0.0.1.evil.example, 421",
    "192.0.2.1, 421",
    "evil.example:localhost, 421",
    "'', 421"
  })
  void answersOnlyItsOwnHostNames(String host, int status) throws Exception {
    ServeSettings named =
        new ServeSettings(
            "127.0.0.1", 0, Optional.empty(), 4096, 2, 2, 2, List.of("Rewards.example"));
    try (RewardServer server = RewardServer.start(named, GSM8K, _ -> {})) {
      String request =
          "GET /health HTTP/1.1\r\nConnection: close\r\nHost: %s\r\n\r\n".formatted(host);
      assertThat(exchange(server, request)).startsWith("HTTP/1.1 %d ".formatted(status));
    }
  }

  @Test
  void aRequestWithoutAHostIsRefused() throws Exception {
    try (RewardServer server = open(GSM8K)) {
      assertThat(exchange(server, "GET /health HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
      assertThat(exchange(server, "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 400 ");
    }
  }

  /** Half-sent bodies use up the memory limit, and their memory is released at the end. */
  @Test
  void bodiesShareOneMemoryLimit() throws Exception {
    int most = 64 << 20;
    ServeSettings large = new ServeSettings("127.0.0.1", 0, Optional.empty(), most, 2, 64, 2);
    List<String> log = new ArrayList<>();
    List<Socket> sockets = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        RewardServer server = RewardServer.start(large, GSM8K, log::add)) {
      byte[] half = new byte[most / 2];
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.url().getPort());
        sockets.add(socket);
        answers.add(
            CompletableFuture.supplyAsync(
                () -> half(socket, head("localhost", most), half), threads));
      }
      List<String> statuses = answers.stream().map(CompletableFuture::join).toList();
      assertThat(statuses).allMatch(status -> status.matches("HTTP/1.1 (503|408)|"));
      assertThat(send(post(server.url(), GOOD)).statusCode()).isEqualTo(200);
      assertThat(log).isEmpty();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static String half(Socket socket, String head, byte[] half) {
    try {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(half);
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    } catch (IOException _) {
      return ""; // reset while sending
    }
  }

  @Test
  void refusesABodyWithTooManyValues() throws Exception {
    ServeSettings large = new ServeSettings("127.0.0.1", 0, Optional.empty(), 8 << 20, 2, 2, 20);
    String many = "{\"query\": [" + "1,".repeat(2_000_000) + "1]}";
    try (RewardServer server = RewardServer.start(large, GSM8K, _ -> {})) {
      HttpResponse<String> answer = send(post(server.url(), many));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("more than 1000000 values");
    }
  }
}
