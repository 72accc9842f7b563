package io.braid.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.remote.FakeService.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RemoteServiceTest {
  private static final CallSettings QUICK = new CallSettings(5, 3, 4, 0.01);

  private static RemoteService service(FakeService fake, CallSettings settings) {
    return new RemoteService(fake.address(), Optional.empty(), settings);
  }

  @Test
  void theResponseIsParsedAndTheTokenSent() {
    try (FakeService fake = new FakeService(call -> Answer.ok("got " + call.body()));
        RemoteService service = new RemoteService(fake.address(), Optional.of("secret"), QUICK)) {
      assertThat(service.post("é", String::length)).isEqualTo(5);
      assertThat(fake.calls().getFirst().authorization()).isEqualTo("Bearer secret");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503})
  void temporaryErrorsAreRetried(int status) {
    try (FakeService fake =
            new FakeService(
                call -> call.number() < 3 ? Answer.of(status, "later") : Answer.ok("done"));
        RemoteService service = service(fake, QUICK)) {
      assertThat(service.post("{}", Function.identity())).isEqualTo("done");
      assertThat(fake.calls()).hasSize(3);
    }
  }

  @Test
  void retryAfterIsRespected() {
    try (FakeService fake =
            new FakeService(call ->
                call.number() == 1
                    ? new Answer(429, "", Map.of("Retry-After", "1"))
                    : Answer.ok("done"));
        RemoteService service = service(fake, QUICK)) {
      service.post("{}", Function.identity());

      long waited = fake.calls().get(1).nanoTime() - fake.calls().get(0).nanoTime();
      assertThat(waited / 1e9).isBetween(0.99, 5.0);
    }
  }

  @Test
  void anOutageIsReportedOnceAndSoIsItsEnd() throws Exception {
    CallSettings patient = new CallSettings(5, 30, Optional.empty(), 4, 0.02);
    List<String> said = new CopyOnWriteArrayList<>();
    try (FakeService fake =
            new FakeService(
                call -> call.number() <= 40 ? Answer.of(503, "restarting") : Answer.ok("done"));
        RemoteService service =
            new RemoteService(fake.address(), Optional.empty(), patient, said::add);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(threads.submit(() -> service.post("{}", Function.identity())));
      }
      for (Future<String> each : all) {
        assertThat(each.get()).isEqualTo("done");
      }
    }

    assertThat(said).hasSize(2);
    assertThat(said.get(0))
        .startsWith("waiting for the service at http://127.0.0.1:")
        .contains("(status 503: restarting)")
        .contains(", for at most ")
        .endsWith(" seconds");
    assertThat(said.get(1)).contains(" is back after ");
  }

  @Test
  void aSingleFailureIsNotReported() {
    List<String> said = new ArrayList<>();
    try (FakeService fake =
            new FakeService(call -> call.number() == 1 ? Answer.of(503, "") : Answer.ok("done"));
        RemoteService service =
            new RemoteService(fake.address(), Optional.empty(), QUICK, said::add)) {
      service.post("{}", Function.identity());
    }

    assertThat(said).isEmpty();
  }

  @Test
  void aCallFailsWhenPatienceRunsOut() {
    CallSettings impatient = new CallSettings(5, 0.3, Optional.empty(), 4, 0.01);
    try (FakeService fake = new FakeService(_ -> Answer.of(503, "gone"));
        RemoteService service = service(fake, impatient)) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> service.post("{}", Function.identity()))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("the last time with: status 503: gone");
      assertThat((System.nanoTime() - start) / 1e9).isBetween(0.3, 5.0);
      assertThat(fake.calls()).hasSizeGreaterThan(4);
    }
  }

  @Test
  void anOutageOfTwoMinutesIsSurvivedByDefault() {
    double slept = 0;
    for (int attempt = 1; slept < 120; attempt++) {
      double wait = RemoteService.longestWait(CallSettings.STANDARD, attempt);
      assertThat(wait).isLessThanOrEqualTo(30);
      slept += wait;
    }
    assertThat(CallSettings.STANDARD.retrySeconds()).isGreaterThanOrEqualTo(slept + 30);
    assertThat(CallSettings.STANDARD.maxAttempts()).isEmpty();
  }

  @Test
  void unparsableResponsesAreRetriedOnlyAFewTimes() {
    CallSettings patient = new CallSettings(5, 600, Optional.empty(), 4, 0.01);
    try (FakeService fake = new FakeService(_ -> Answer.ok("<html>"));
        RemoteService service = service(fake, patient)) {
      assertThatThrownBy(() -> service.post("{}", Integer::parseInt))
          .hasMessageContaining(
              "failed 5 times, the last time with: a response that" + " cannot be parsed");
    }
  }

  @Test
  void waitingEndsWhenTheProcessIsAskedToStop() throws Exception {
    CallSettings patient = new CallSettings(5, 600, Optional.empty(), 4, 25);
    Semaphore entered = new Semaphore(0);
    try (FakeService fake =
            new FakeService(_ -> {
              entered.release();
              return Answer.of(503, "gone");
            });
        RemoteService service = service(fake, patient);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> call = threads.submit(() -> service.post("{}", Function.identity()));
      entered.acquire();
      Waiting.end();

      assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(WaitingEnded.class);
    } finally {
      Waiting.resume();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404, 413, 501})
  void permanentErrorsAreNotRetried(int status) {
    try (FakeService fake = new FakeService(_ -> Answer.of(status, "no\nway\u0007"));
        RemoteService service = service(fake, QUICK)) {
      assertThatThrownBy(() -> service.post("{}", Function.identity()))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "the service at %s refused the call: status %d%s: no way; check that it runs and what it logs"
                  .formatted(
                      fake.address(),
                      status,
                      status == 401 || status == 403 ? " (it requires a token)" : ""));
      assertThat(fake.calls()).hasSize(1);
    }
  }

  @Test
  void aBrokenConnectionIsRetried() {
    try (FakeService fake =
            new FakeService(call -> {
              if (call.number() < 3) {
                throw new IOException("cut");
              }
              return Answer.ok("done");
            });
        RemoteService service = service(fake, QUICK)) {
      assertThat(service.post("{}", Function.identity())).isEqualTo("done");
    }
  }

  @Test
  void anUnparsableResponseIsRetriedAndThenShown() {
    try (FakeService fake = new FakeService(_ -> Answer.ok("<html>" + "x".repeat(1000)));
        RemoteService service = service(fake, QUICK)) {
      assertThatThrownBy(() -> service.post("{}", Integer::parseInt))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(
              "failed 3 times, the last time with: a response that" + " cannot be parsed")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(800));
      assertThat(fake.calls()).hasSize(3);
    }
  }

  @Test
  void aMissingServiceIsReported() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    URI nowhere = URI.create("http://127.0.0.1:" + port + "/");
    try (RemoteService service = new RemoteService(nowhere, Optional.empty(), QUICK)) {
      assertThatThrownBy(() -> service.post("{}", Function.identity()))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("the service at " + nowhere + " failed 3 times")
          .hasMessageContaining("ConnectException");
    }
  }

  @Test
  void aSlowResponseIsAbortedAndRetried() {
    CallSettings hasty = new CallSettings(1.5, 2, 1, 0.01);
    try (FakeService fake =
            new FakeService(call -> {
              if (call.number() == 1) {
                Thread.sleep(20_000);
              }
              return Answer.ok("done");
            });
        RemoteService service = service(fake, hasty)) {
      long start = System.nanoTime();
      assertThat(service.post("{}", Function.identity())).isEqualTo("done");
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(10);
    }
  }

  /** Twenty sequential calls of 0.2 seconds take longer together than the time limit of one. */
  @Test
  void waitingForASlotDoesNotCount() throws Exception {
    CallSettings oneAtATime = new CallSettings(3, 1, 1, 0);
    try (FakeService fake =
            new FakeService(call -> {
              Thread.sleep(200);
              return Answer.ok(call.body());
            });
        RemoteService service = service(fake, oneAtATime);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        String body = Integer.toString(i);
        all.add(threads.submit(() -> service.post(body, Function.identity())));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(all.get(i).get()).isEqualTo(Integer.toString(i));
      }
      assertThat((System.nanoTime() - start) / 1e9).isGreaterThan(3.9);
      assertThat(fake.calls()).as("no call was retried").hasSize(20);
    }
  }

  @Test
  void concurrencyIsLimited() throws Exception {
    AtomicInteger most = new AtomicInteger();
    Semaphore inside = new Semaphore(100);
    try (FakeService fake =
            new FakeService(_ -> {
              inside.acquire();
              most.accumulateAndGet(100 - inside.availablePermits(), Math::max);
              Thread.sleep(20);
              inside.release();
              return Answer.ok("");
            });
        RemoteService service = service(fake, new CallSettings(30, 1, 3, 0));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        all.add(threads.submit(() -> service.post("{}", Function.identity())));
      }
      for (Future<String> each : all) {
        each.get();
      }
      assertThat(most.get()).isEqualTo(3);
    }
  }

  @Test
  void interruptionEndsACall() throws Exception {
    Semaphore entered = new Semaphore(0);
    try (FakeService fake =
            new FakeService(_ -> {
              entered.release();
              Thread.sleep(20_000);
              return Answer.ok("");
            });
        RemoteService service = service(fake, new CallSettings(30, 1, 1, 0));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> first = threads.submit(() -> service.post("first", Function.identity()));
      entered.acquire();
      Future<String> second = others.submit(() -> service.post("second", Function.identity()));
      long start = System.nanoTime();
      others.shutdownNow(); // it waits for a slot
      assertThatThrownBy(second::get).hasCauseInstanceOf(IllegalStateException.class);
      threads.shutdownNow(); // it waits for its response
      assertThatThrownBy(first::get).hasCauseInstanceOf(IllegalStateException.class);
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(10);
      assertThat(fake.calls()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x/", "x/y", "http:///y", "http://me:secret@x/"})
  void invalidAddressesAreRefused(String address) {
    assertThatThrownBy(() -> new RemoteService(URI.create(address), Optional.empty(), QUICK))
        .isInstanceOf(UserError.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }
}
