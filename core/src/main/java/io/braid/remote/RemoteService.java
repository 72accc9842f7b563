package io.braid.remote;

import io.braid.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that receives and returns JSON. Thread-safe.
 *
 * <p>A call is retried after a refused or broken connection, a timeout, or one of the statuses 408,
 * 425, 429 and 5xx, until the limits in {@link CallSettings} are reached. Between attempts it waits
 * as long as {@code Retry-After} says, but at most a minute. If a response cannot be parsed, the
 * call is retried a few times. Then the call fails with a {@link UserError}; any other status makes
 * it fail at once. A notice appears when the service becomes unavailable and when it is back.
 */
public final class RemoteService implements AutoCloseable {
  private static final int MOST_BYTES = 64 << 20;
  private static final double LONGEST_ASKED_WAIT = 60;
  private static final double LONGEST_WAIT = 30;
  private static final int MOST_UNREADABLE = 5; // attempts in a row; waiting does not help
  private static final Logger LOG = LoggerFactory.getLogger(RemoteService.class);
  private static final int SHOWN = 200;

  private final URI address;
  private final Optional<String> token;
  private final CallSettings settings;
  private final Semaphore turns;
  private final HttpClient client;
  private final Outage outage;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Creates a client for the service without sending a request.
   *
   * @param token sent as {@code Authorization: Bearer}
   */
  public RemoteService(URI address, Optional<String> token, CallSettings settings) {
    this(address, token, settings, LOG::warn);
  }

  RemoteService(URI address, Optional<String> token, CallSettings settings, Consumer<String> say) {
    this.address = checked(address);
    this.outage = new Outage(address, say);
    this.token = token.map(RemoteService::checked);
    this.settings = settings;
    this.turns = new Semaphore(settings.maxConcurrency(), true);
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(duration(Math.min(10, settings.timeoutSeconds())))
            .build();
  }

  private static URI checked(URI address) {
    String scheme = String.valueOf(address.getScheme());
    if (!(scheme.equals("http") || scheme.equals("https")) || address.getHost() == null) {
      throw new UserError(
          "'%s' is not the address of a service; write http://HOST:PORT/PATH".formatted(address));
    }
    if (address.getRawUserInfo() != null) { // it would appear in errors and recipes
      throw new UserError(
          "the address of the service at %s contains a user name or password; remove it, and use a token instead"
              .formatted(address.getHost()));
    }
    return address;
  }

  /** Rejects a token that a header cannot contain, with a message that does not show the token. */
  private static String checked(String token) {
    if (token.isBlank() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new UserError(
          "the token of a service is empty or contains spaces, line breaks or non-ASCII characters;"
              + " check the environment variable that it is read from");
    }
    return token;
  }

  /** Returns the service's address. */
  public URI address() {
    return address;
  }

  /**
   * Sends JSON and reads the response.
   *
   * @param json the request's body
   * @param read parses the response's body; if it throws, the attempt has failed
   * @throws UserError if every attempt failed; the message says how many there were and why the
   *     last one failed
   * @throws WaitingEnded if the process was asked to stop while the service was unavailable
   */
  public <T> T post(String json, Function<String, T> read) {
    try {
      turns.acquire();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      long begun = System.nanoTime();
      int unreadable = 0;
      for (int attempt = 1; ; attempt++) {
        try {
          T answer = attempt(json, read);
          outage.back();
          return answer;
        } catch (Failed failed) {
          if (!failed.passing) {
            throw error("refused the call: " + failed.getMessage(), failed);
          }
          unreadable = failed.unreadable ? unreadable + 1 : 0;
          double left = settings.retrySeconds() - (System.nanoTime() - begun) / 1e9;
          if (left <= 0
              || attempt >= settings.maxAttempts().orElse(Integer.MAX_VALUE)
              || unreadable >= MOST_UNREADABLE) {
            throw error(
                String.format(
                    Locale.ROOT,
                    "failed %d times, the last time with: %s",
                    attempt,
                    failed.getMessage()),
                failed);
          }
          outage.away(attempt, String.valueOf(failed.getMessage()), limit(left));
          pause(Math.min(left, wait(attempt, failed.wait)));
        }
      }
    } finally {
      turns.release();
    }
  }

  private UserError error(String what, Failed cause) {
    return new UserError(
        "the service at %s %s; check that it runs and what it logs".formatted(address, what),
        cause);
  }

  private <T> T attempt(String json, Function<String, T> read) throws Failed {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    Future<String> body = threads.submit(() -> send(request.build()));
    try {
      return read(body.get((long) (settings.timeoutSeconds() * 1e9), TimeUnit.NANOSECONDS), read);
    } catch (TimeoutException e) {
      body.cancel(true);
      throw new Failed("no response within " + settings.timeoutSeconds() + " seconds", true);
    } catch (ExecutionException e) {
      Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
      throw switch (cause) {
        case Failed failed -> failed;
        case SSLHandshakeException _ -> Failed.unreadable(described(cause));
        default -> new Failed(described(cause), true);
      };
    } catch (InterruptedException e) {
      body.cancel(true);
      throw interrupted(e);
    }
  }

  private static <T> T read(String body, Function<String, T> read) throws Failed {
    try {
      return read.apply(body);
    } catch (RuntimeException e) {
      throw Failed.unreadable(
          "a response that cannot be parsed (%s): %s".formatted(described(e), shown(body)));
    }
  }

  /** Reads the body, up to the size limit. */
  private String send(HttpRequest request) throws Failed, IOException, InterruptedException {
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      String body = new String(bytes, StandardCharsets.UTF_8);
      int status = response.statusCode();
      if (status / 100 != 2) {
        boolean passing =
            status == 408
                || status == 425
                || status == 429
                || (status >= 500 && status != 501 && status != 505);
        String hint = status == 401 || status == 403 ? hint() : "";
        throw new Failed(
            "status %d%s: %s".formatted(status, hint, shown(body)), passing, wait(response));
      }
      if (bytes.length > MOST_BYTES) {
        throw new Failed("a response of more than %d bytes".formatted(MOST_BYTES), false);
      }
      return body;
    }
  }

  private String hint() {
    return token.isPresent() ? " (it does not accept this token)" : " (it requires a token)";
  }

  private static OptionalDouble wait(HttpResponse<?> response) {
    return response.headers().firstValue("Retry-After").stream()
        .filter(value -> value.matches("[0-9]{1,9}"))
        .mapToDouble(Double::parseDouble)
        .findFirst();
  }

  /**
   * Returns a random waiting time below a limit that doubles with each attempt, so that callers do
   * not all retry at once.
   */
  private double wait(int attempt, OptionalDouble asked) {
    double limit = longestWait(settings, attempt);
    return asked.isPresent()
        ? Math.min(LONGEST_ASKED_WAIT, asked.getAsDouble())
        : limit * (0.5 + 0.5 * ThreadLocalRandom.current().nextDouble());
  }

  static double longestWait(CallSettings settings, int attempt) {
    return Math.min(LONGEST_WAIT, settings.backoffSeconds() * Math.pow(2, attempt - 1));
  }

  private String limit(double left) {
    return settings
        .maxAttempts()
        .map(most -> String.format(Locale.ROOT, "with at most %d attempts in all", most))
        .orElseGet(() -> String.format(Locale.ROOT, "for at most %.0f seconds", left));
  }

  private void pause(double seconds) {
    try {
      Waiting.pause((long) (seconds * 1e9));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Creates the error for an interrupted call. Another call failed or the process is ending, so
   * there is nothing for the user to correct here.
   */
  private IllegalStateException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for " + address, cause);
  }

  /** Shortens a server's text, which is not trusted, to a single line. */
  private static String shown(String text) {
    String start = text.length() <= 4 * SHOWN ? text : text.substring(0, 4 * SHOWN);
    String line = start.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }

  private static String described(Throwable failure) {
    if (failure instanceof ConnectException) {
      return "ConnectException: nothing listens at this address, or it cannot be reached";
    }
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : failure.getClass().getSimpleName() + ": " + shown(message);
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.shutdownNow();
  }

  /** An attempt that failed. */
  private static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    /** Whether another attempt may succeed. */
    final boolean passing;

    /** Whether the service responded, but not as expected. */
    final boolean unreadable;

    final transient OptionalDouble wait;

    Failed(String message, boolean passing) {
      this(message, passing, OptionalDouble.empty());
    }

    Failed(String message, boolean passing, OptionalDouble wait) {
      this(message, passing, false, wait);
    }

    private Failed(String message, boolean passing, boolean unreadable, OptionalDouble wait) {
      super(message);
      this.passing = passing;
      this.unreadable = unreadable;
      this.wait = wait;
    }

    static Failed unreadable(String message) {
      return new Failed(message, true, true, OptionalDouble.empty());
    }
  }
}
