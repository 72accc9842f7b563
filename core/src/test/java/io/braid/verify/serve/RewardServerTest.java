package io.braid.verify.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.remote.CallSettings;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Gsm8k;
import io.braid.verify.Http;
import io.braid.verify.PartRewards;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RewardServerTest {
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

  @Test
  void returnsRewardsInTheOrderOfTheQueries() throws Exception {
    String body =
        """
        {"query": ["1+1? #### 2", "1+1? It is 3", "<|im_start|>user\\n7?<|im_end|>\\n<|im_start|>assistant\\nseven: 7<|im_end|>"],
         "prompts": ["1+1?", "1+1?", [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "7?"}]}]],
         "labels": ["2", "2", 7], "more": 1}\
        """;
    try (RewardServer server = open(GSM8K)) {
      HttpResponse<String> answer = send(post(server.url(), body));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(answer.body()).isEqualTo("{\"rewards\":[1.0,0.0,1.0]}");
    }
  }

  @Test
  void returnsUnknownReasonsAndPartRewards() {
    PartRewards tokens = new PartRewards.Tokens(List.of(0.5, 0.25));
    PartRewards steps = new PartRewards.Steps(List.of(new PartRewards.Step(1, 0.5)));
    Verifier told =
        submission ->
            switch (submission.response().strip()) {
              case "tokens" -> Verdict.ofParts(tokens, false, "");
              case "steps" -> Verdict.ofParts(steps, false, "");
              case "unknown" -> Verdict.unknown(Optional.empty(), "no key");
              default -> new Verdict(0, false, Optional.empty(), "");
            };
    Problem problem = new Problem("p", "n?", new Reference.Text("1"));
    try (RewardServer server = open(told);
        Verifier remote =
            new Http(
                    server.url().toString(),
                    Optional.empty(),
                    "{prompt}{response}",
                    "",
                    7,
                    1,
                    new CallSettings(30, 20, 4, 0.01))
                .create()) {
      List<Verdict> verdicts =
          remote.judgeAll(
              List.of("tokens", "steps", "unknown", "else").stream()
                  .map(each -> Submission.of(problem, each))
                  .toList());
      assertThat(verdicts)
          .extracting(Verdict::parts)
          .containsExactly(
              Optional.of(tokens), Optional.of(steps), Optional.empty(), Optional.empty());
      assertThat(verdicts).extracting(Verdict::unknown).containsExactly(false, false, true, false);
      assertThat(verdicts.get(2).reason()).isEqualTo("no key");
    }
  }

  @Test
  void braidsOwnClientReadsItsAnswers() {
    try (RewardServer server = RewardServer.start(settings(Optional.empty()), GSM8K, _ -> {});
        Verifier remote =
            new Http(
                    server.url().toString(),
                    Optional.empty(),
                    "{prompt}{response}",
                    "",
                    7,
                    1,
                    new CallSettings(30, 20, 4, 0.01))
                .create()) {
      List<Submission> submissions = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Problem problem = new Problem("p" + i, "n?", new Reference.Text("" + i % 3));
        submissions.add(Submission.of(problem, "#### " + i % 2));
      }

      assertThat(remote.judgeAll(submissions))
          .extracting(Verdict::reward)
          .isEqualTo(GSM8K.judgeAll(submissions).stream().map(Verdict::reward).toList());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {                                                    | the body is not JSON
          []                                                   | query: must be a list
          {"query": "a"}                                       | query: must be a list
          {"query": ["a"], "labels": ["b"]}                    | prompts: must be a list
          {"query": ["a"], "prompts": [], "labels": ["b"]}     | have 1, 0 and 1 entries
          {"query": [1], "prompts": ["a"], "labels": ["b"]}    | query[0]: must be a text
          {"query": ["a"], "prompts": [1], "labels": ["b"]}    | prompts[0]: must be a text
          {"query": ["a"], "prompts": ["a"], "labels": [" "]}  | labels[0]: must be the reference answer
          {"query": ["a"], "prompts": ["a"], "labels": [null]} | labels[0]: must be the reference answer
          """)
  void aMalformedRequestGetsStatus400WithOneLine(String body, String why) throws Exception {
    try (RewardServer server = open(GSM8K)) {
      HttpResponse<String> answer = send(post(server.url(), body));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).startsWith("{\"error\":\"").contains(why).hasLineCount(1);
    }
  }

  @Test
  void deeplyNestedJsonIsABadRequest() throws Exception {
    try (RewardServer server = open(GSM8K)) {
      assertThat(send(post(server.url(), "[".repeat(4000))).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void refusesOtherPathsMethodsAndTypes() throws Exception {
    try (RewardServer server = open(GSM8K)) {
      URI url = server.url();
      assertThat(send(post(url.resolve("/get_reward/x"), GOOD)).statusCode()).isEqualTo(404);
      assertThat(send(post(url.resolve("/"), GOOD)).statusCode()).isEqualTo(404);
      HttpResponse<String> get = send(HttpRequest.newBuilder(url).GET());
      assertThat(get.statusCode()).isEqualTo(405);
      assertThat(get.headers().firstValue("Allow")).contains("POST");
      assertThat(send(post(url.resolve("/health"), "")).statusCode()).isEqualTo(405);
      assertThat(send(HttpRequest.newBuilder(url.resolve("/health"))).body())
          .isEqualTo("{\"status\":\"ok\"}");
      assertThat(send(post(url, GOOD).setHeader("Content-Type", "text/plain")).statusCode())
          .isEqualTo(415);
    }
  }

  @Test
  void servesOnlyClientsWithTheToken() throws Exception {
    try (RewardServer server =
        RewardServer.start(settings(Optional.of("s3cret")), GSM8K, _ -> {})) {
      for (String header :
          List.of("Bearer s3cre", "Bearer s3crets", "s3cret", "Basic s3cret", "")) {
        HttpResponse<String> answer =
            send(post(server.url(), GOOD).setHeader("Authorization", header));
        assertThat(answer.statusCode()).as(header).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("s3cret");
      }
      assertThat(send(post(server.url(), GOOD)).statusCode()).isEqualTo(401);
      assertThat(
              send(post(server.url(), GOOD).setHeader("Authorization", "Bearer s3cret"))
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void requiresATokenUnlessOnLoopback() {
    assertThatThrownBy(() -> new ServeSettings("0.0.0.0", 0, Optional.empty(), 1, 1, 1, 1))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("--host: 0.0.0.0 is reachable from other machines; set a token");
    assertThatThrownBy(() -> new ServeSettings("127.0.0.1", 0, Optional.of(" "), 1, 1, 1, 1))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("the token is empty");
    assertThat(new ServeSettings("0.0.0.0", 0, Optional.of("t"), 1, 1, 1, 1).port()).isZero();
  }

  @Test
  void reportsAPortInUse() {
    try (RewardServer server = open(GSM8K)) {
      int port = server.url().getPort();
      assertThatThrownBy(() ->
              RewardServer.start(
                  new ServeSettings("127.0.0.1", port, Optional.empty(), 1, 1, 1, 1),
                  GSM8K,
                  _ -> {}))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("--port: cannot listen on 127.0.0.1:" + port);
    }
  }

  @Test
  void refusesATooLargeBody() throws Exception {
    String large = GOOD.replace("1+1? ####", "1".repeat(5000));
    try (RewardServer server = open(GSM8K)) {
      HttpResponse<String> told = send(post(server.url(), large));
      HttpResponse<String> untold =
          send(
              HttpRequest.newBuilder(server.url())
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.fromPublisher(
                          HttpRequest.BodyPublishers.ofString(large))));

      assertThat(told.statusCode()).isEqualTo(413);
      assertThat(untold.statusCode()).as("chunked").isEqualTo(413);
      assertThat(told.body()).contains("larger than 4096 bytes");
    }
  }

  /** Two are judged, two wait, and the fifth is refused; then all others are answered. */
  @Test
  void refusesRequestsBeyondTheQueue() throws Exception {
    Semaphore judging = new Semaphore(0);
    CountDownLatch go = new CountDownLatch(1);
    Verifier slow =
        submission -> {
          judging.release();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return GSM8K.judge(submission);
        };
    try (RewardServer server = open(slow);
        HttpClient client = HttpClient.newHttpClient()) {
      List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        waiting.add(
            client.sendAsync(
                post(server.url(), GOOD).build(), HttpResponse.BodyHandlers.ofString()));
      }
      judging.acquire(2);
      HttpResponse<String> fifth = until429(server);
      assertThat(fifth.headers().firstValue("Retry-After")).contains("1");
      assertThat(judging.tryAcquire()).as("no more than two are judged").isFalse();
      go.countDown();
      long served = 0;
      for (CompletableFuture<HttpResponse<String>> each : waiting) {
        served += each.get().statusCode() == 200 ? 1 : 0;
      }
      assertThat(served).isGreaterThanOrEqualTo(3); // a probe may have taken a slot
    }
  }

  /** The probe may arrive before the four; it then stops waiting. */
  private static HttpResponse<String> until429(RewardServer server) throws Exception {
    while (true) {
      try {
        HttpResponse<String> answer =
            send(post(server.url(), GOOD).timeout(java.time.Duration.ofMillis(500)));
        assertThat(answer.statusCode()).isEqualTo(429);
        return answer;
      } catch (java.net.http.HttpTimeoutException _) {
        // The probe took a waiting slot; the next request finds none.
      }
    }
  }

  @Test
  void aFailingVerifierGivesNoReward() throws Exception {
    List<String> log = new ArrayList<>();
    Verifier failing =
        submission -> {
          switch (submission.response().strip()) {
            case "user" -> throw new UserError("no sandbox here");
            case "nan" -> {
              return new Verdict(Double.NaN, false, Optional.empty(), "");
            }
            default -> throw new IllegalStateException("secret inside");
          }
        };
    try (RewardServer server = RewardServer.start(settings(Optional.empty()), failing, log::add)) {
      HttpResponse<String> user = send(post(server.url(), body("user")));
      assertThat(user.statusCode()).isEqualTo(503);
      assertThat(user.body()).contains("no sandbox here");
      assertThat(send(post(server.url(), body("nan"))).statusCode()).isEqualTo(500);
      HttpResponse<String> internal = send(post(server.url(), body("x")));
      assertThat(internal.statusCode()).isEqualTo(500);
      assertThat(internal.body()).isEqualTo("{\"error\":\"internal error\"}");
      assertThat(log).anyMatch(line -> line.contains("secret inside"));
    }
  }

  private static String body(String response) {
    return GOOD.replace("#### 2", response);
  }

  @Test
  void finishesRequestsInProgressBeforeStopping() throws Exception {
    CountDownLatch judging = new CountDownLatch(1);
    Verifier slow =
        submission -> {
          judging.countDown();
          try {
            TimeUnit.MILLISECONDS.sleep(500);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return GSM8K.judge(submission);
        };
    RewardServer server = open(slow);
    try (HttpClient client = HttpClient.newHttpClient()) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(post(server.url(), GOOD).build(), HttpResponse.BodyHandlers.ofString());
      judging.await();
      long start = System.nanoTime();
      server.close();
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(15);
      assertThat(answer.get().body()).isEqualTo("{\"rewards\":[1.0]}");
    }
  }
}
