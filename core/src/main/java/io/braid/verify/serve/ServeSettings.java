package io.braid.verify.serve;

import io.braid.UserError;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Where a reward server listens, to whom, and what it bears.
 *
 * @param host its address; only on a loopback address may the token be left out
 * @param port 0 for any free one
 * @param token what callers must send as {@code Authorization: Bearer}
 * @param mostBytes of a request's body
 * @param concurrency requests that are judged at once
 * @param waiting requests that may wait for their turn; others are told to come back
 * @param bodySeconds the most that sending a request's body may take
 * @param hostNames names beside its own by which callers may call it
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
      throw new UserError("--port: must be between 0 and 65535, here " + port);
    }
    if (token.map(String::isBlank).orElse(false)) {
      throw new UserError("the token is empty; write one into the file or variable that names it");
    }
    if (token.isEmpty() && !address(host).isLoopbackAddress()) {
      throw new UserError(
          "--host: %s is open to other machines; give a token (--token-file or BRAID_REWARD_TOKEN), or listen on 127.0.0.1"
              .formatted(host));
    }
    if (mostBytes < 1 || mostBytes > MOST_BYTES) {
      throw new UserError("--max-body: must be between 1 and %d MB".formatted(MOST_BYTES >> 20));
    }
    if (concurrency < 1) {
      throw new UserError("--concurrency: must be at least 1, here " + concurrency);
    }
    if (waiting < 0) {
      throw new UserError("--waiting: must be 0 or more, here " + waiting);
    }
  }

  /** A server that is called by its own name only. */
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
          "--host: '%s' is no address of this machine; try 127.0.0.1".formatted(host), e);
    }
  }

  InetAddress address() {
    return address(host);
  }
}
