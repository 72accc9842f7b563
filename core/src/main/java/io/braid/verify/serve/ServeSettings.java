package io.braid.verify.serve;

import io.braid.UserError;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a reward server.
 *
 * @param host address on which the server listens; a token is required unless it is a loopback
 *     address
 * @param port port on which the server listens; 0 chooses a free one
 * @param token token that clients must send as {@code Authorization: Bearer}
 * @param mostBytes largest size of a request's body in bytes
 * @param concurrency number of requests that are judged at once
 * @param waiting number of requests that may wait; further ones get status 429
 * @param bodySeconds time limit for receiving a request's body in seconds
 * @param hostNames additional host names by which clients may address the server
 */
public record ServeSettings(
    String host,
    int port,
    Optional<String> token,
    int mostBytes,
    int concurrency,
    int waiting,
    double bodySeconds,
    List<String> hostNames) {
  private static final int MOST_BYTES = 1 << 30;

  /** Checks the settings. */
  public ServeSettings {
    hostNames = List.copyOf(hostNames);
    if (port < 0 || port > 65_535) {
      throw new UserError("--port: must be between 0 and 65535, got " + port);
    }
    if (token.map(String::isBlank).orElse(false)) {
      throw new UserError("the token is empty; put one into the token file or variable");
    }
    if (token.isEmpty() && !address(host).isLoopbackAddress()) {
      throw new UserError(
          "--host: %s is reachable from other machines; set a token (--token-file or BRAID_REWARD_TOKEN), or listen on 127.0.0.1"
              .formatted(host));
    }
    if (mostBytes < 1 || mostBytes > MOST_BYTES) {
      throw new UserError("--max-body: must be between 1 and %d MB".formatted(MOST_BYTES >> 20));
    }
    if (concurrency < 1) {
      throw new UserError("--concurrency: must be at least 1, got " + concurrency);
    }
    if (waiting < 0) {
      throw new UserError("--waiting: must be 0 or more, got " + waiting);
    }
  }

  /** Creates settings without additional host names. */
  public ServeSettings(
      String host,
      int port,
      Optional<String> token,
      int mostBytes,
      int concurrency,
      int waiting,
      double bodySeconds) {
    this(host, port, token, mostBytes, concurrency, waiting, bodySeconds, List.of());
  }

  private static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new UserError(
          "--host: '%s' is not an address of this machine; try 127.0.0.1".formatted(host), e);
    }
  }

  InetAddress address() {
    return address(host);
  }
}
