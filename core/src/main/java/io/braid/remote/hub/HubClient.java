package io.braid.remote.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests to a hub. It follows redirects itself, because the token must not be sent to
 * another host, and repeats requests after broken connections and the statuses 408, 429 and 5xx.
 */
final class HubClient implements AutoCloseable {
  private static final int MOST_REDIRECTS = 5;
  private static final double LONGEST_WAIT = 60;

  private final URI endpoint;
  private final Optional<String> token;
  private final HubRetries retries;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(20))
          .build();

  HubClient(URI endpoint, Optional<String> token, HubRetries retries) {
    this.endpoint = endpoint;
    this.token = token;
    this.retries = retries;
  }

  /** Handles a response; an {@link IOException} means that the connection broke. */
  interface Reader<T> {
    T read(HttpResponse<InputStream> response) throws IOException, HubRefusal;
  }

  /**
   * Repeats a request until a response has been handled.
   *
   * @param from supplies the offset of the first byte needed; called before each attempt
   * @throws HubRefusal if the hub refuses or every attempt failed
   */
  <T> T get(URI address, From from, Reader<T> reader) throws HubRefusal {
    for (int attempt = 1; ; attempt++) {
      String reason;
      Optional<String> wait = Optional.empty();
      try {
        HttpResponse<InputStream> response = follow(address, from.byteNumber());
        try (InputStream body = response.body()) {
          int status = response.statusCode();
          if (status / 100 == 2) {
            return reader.read(response);
          }
          reason = "status " + status;
          wait = response.headers().firstValue("Retry-After");
          if (status != 408 && status != 429 && status < 500) {
            throw new HubRefusal(refusal(address, status));
          }
        }
      } catch (IOException e) {
        reason = e.getClass().getSimpleName() + ": " + e.getMessage();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new HubRefusal("interrupted");
      }
      if (attempt >= retries.attempts()) {
        throw new HubRefusal(
            "%s failed %d times, the last time with: %s".formatted(address, attempt, reason));
      }
      pause(attempt, wait);
    }
  }

  /** The first byte that is needed. */
  interface From {
    long byteNumber() throws IOException;
  }

  private static String refusal(URI address, int status) {
    return switch (status) {
      case 401, 403 ->
          "%s: status %s; set HF_TOKEN to a token with read access".formatted(address, status);
      case 404 -> address + ": there is no such repository, revision or file (status 404)";
      default -> "%s: status %s".formatted(address, status);
    };
  }

  private HttpResponse<InputStream> follow(URI first, long from)
      throws IOException, InterruptedException, HubRefusal {
    URI address = first;
    boolean trusted = true; // after a redirect to another host the token is no longer sent
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      trusted &= sameHost(address);
      HttpResponse<InputStream> response = send(address, trusted, from);
      Optional<String> location = response.headers().firstValue("Location");
      if (response.statusCode() / 100 != 3 || location.isEmpty()) {
        return response;
      }
      response.body().close();
      address = redirected(address, location.get());
    }
    throw new HubRefusal(first + " redirects endlessly");
  }

  private HttpResponse<InputStream> send(URI address, boolean trusted, long from)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofMinutes(2))
            .header("Accept-Encoding", "identity");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    if (trusted) {
      token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private boolean sameHost(URI address) {
    return endpoint.getHost().equalsIgnoreCase(address.getHost())
        && endpoint.getScheme().equals(address.getScheme())
        && endpoint.getPort() == address.getPort();
  }

  /** Rejects a redirect from https to http. */
  private static URI redirected(URI from, String location) throws HubRefusal {
    try {
      URI to = from.resolve(location);
      String scheme = String.valueOf(to.getScheme());
      boolean fits = scheme.equals("https") || scheme.equals(from.getScheme());
      if (fits && to.getHost() != null) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // reported below
    }
    throw new HubRefusal(from + " redirects to an address that must not be followed");
  }

  private void pause(int attempt, Optional<String> asked) throws HubRefusal {
    double seconds =
        asked
            .filter(value -> value.matches("[0-9]{1,9}"))
            .map(Double::parseDouble)
            .orElse(retries.firstWait() * Math.pow(2, attempt - 1));
    try {
      TimeUnit.MILLISECONDS.sleep((long) (1e3 * Math.min(LONGEST_WAIT, seconds)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubRefusal("interrupted");
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
