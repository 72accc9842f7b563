package io.braid.remote.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.braid.UserError;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests downloads from a local hub with the faults that networks have. */
class HubDownloadTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final HubRetries QUICK = new HubRetries(3, 0.001);

  @TempDir Path folder;

  private final byte[] content = new byte[200_000];
  private final List<String> asked = new CopyOnWriteArrayList<>(); // "path range token"
  private final AtomicInteger faults =
      new AtomicInteger(); // number of responses that will still fail
  private Fault fault = Fault.NONE;
  private String name = "data/train 0.bin";
  private String sha256 = "";
  private HttpServer server;
  private ExecutorService threads;

  private enum Fault {
    NONE,
    CUT,
    STATUS_429,
    STATUS_500,
    NO_RANGE,
    LONGER
  }

  HubDownloadTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
  }

  @BeforeEach
  void begin() {
    new Random(17).nextBytes(content);
    sha256 = hex("SHA-256", "", content);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static String hex(String algorithm, String before, byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(before.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
    asked.add(path + " " + range + " " + exchange.getRequestHeaders().getFirst("Authorization"));
    try (exchange) {
      if (path.equals("/api/datasets/me/set/revision/main")) {
        send(exchange, 200, listing().getBytes(StandardCharsets.UTF_8));
      } else if (path.startsWith("/datasets/me/set/resolve/" + COMMIT + "/README.md")) {
        send(exchange, 200, "words".getBytes(StandardCharsets.UTF_8));
      } else if (path.startsWith("/datasets/me/set/resolve/" + COMMIT + "/")) {
        exchange
            .getResponseHeaders()
            .add("Location", "http://localhost:" + server.getAddress().getPort() + "/storage");
        send(exchange, 302, new byte[0]);
      } else if (path.equals("/storage")) {
        large(exchange, range);
      } else {
        send(exchange, 404, new byte[0]);
      }
    }
  }

  private String listing() {
    return """
    {"sha": "%s", "siblings": [
      {"rfilename": "README.md", "size": 5, "blobId": "%s"},
      {"rfilename": "%s", "size": %d, "blobId": "%s", "lfs": {"sha256": "%s"}}]}
    """
        .formatted(
            COMMIT,
            hex("SHA-1", "blob 5\0", "words".getBytes(StandardCharsets.UTF_8)),
            name,
            content.length,
            "0".repeat(40),
            sha256);
  }

  private void large(HttpExchange exchange, String range) throws IOException {
    boolean wrong = faults.getAndDecrement() > 0;
    int from =
        range.startsWith("bytes=") && fault != Fault.NO_RANGE
            ? Integer.parseInt(range.substring(6, range.length() - 1))
            : 0;
    byte[] rest = Arrays.copyOfRange(content, from, content.length);
    if (wrong && fault == Fault.STATUS_429) {
      exchange.getResponseHeaders().add("Retry-After", "0");
      send(exchange, 429, new byte[0]);
    } else if (wrong && fault == Fault.STATUS_500) {
      send(exchange, 500, new byte[0]);
    } else {
      if (from > 0) {
        exchange
            .getResponseHeaders()
            .add(
                "Content-Range",
                "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
      }
      int longer = fault == Fault.LONGER ? 1 : 0;
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length + longer);
      boolean cut = wrong && (fault == Fault.CUT || fault == Fault.NO_RANGE);
      OutputStream out = exchange.getResponseBody();
      out.write(rest, 0, cut ? rest.length / 2 : rest.length);
      out.flush();
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private HubDownload.Fetched fetch() {
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    HubAddress address = new HubAddress(endpoint, HubAddress.Type.DATASET, "me/set", "main");
    return new HubDownload(address, Optional.of("secret"), QUICK)
        .fetch(_ -> true, folder.resolve("out"), _ -> {});
  }

  private Path large() {
    return folder.resolve("out").resolve(name);
  }

  @Test
  void filesAreCompleteAndTheTokenIsSentOnlyToTheHub() throws IOException {
    HubDownload.Fetched fetched = fetch();
    assertThat(fetched.commit()).isEqualTo(COMMIT);
    assertThat(fetched.bytes()).isEqualTo(content.length + 5);
    assertThat(Files.readAllBytes(large())).isEqualTo(content);
    assertThat(folder.resolve("out/README.md")).hasContent("words");
    assertThat(asked)
        .contains("/datasets/me/set/resolve/" + COMMIT + "/data/train%200.bin null Bearer secret")
        .contains("/storage null null"); // another host
    assertThat(fetch().bytes()).isZero(); // all files are complete
  }

  @ParameterizedTest
  @ValueSource(strings = {"CUT", "STATUS_429", "STATUS_500", "NO_RANGE"})
  void temporaryErrorsAreRetried(String kind) throws IOException {
    fault = Fault.valueOf(kind);
    faults.set(2);
    fetch();
    assertThat(Files.readAllBytes(large())).isEqualTo(content);
    assertThat(large().resolveSibling("train 0.bin.incomplete")).doesNotExist();
    if (fault == Fault.CUT) {
      assertThat(starts()).hasSize(3).isSorted().startsWith(0).doesNotHaveDuplicates();
    }
  }

  /**
   * The first byte requested by each request. How many bytes of a broken connection arrive depends
   * on when the client notices the break, but the next request always starts where they end.
   */
  private List<Integer> starts() {
    return asked.stream()
        .filter(request -> request.startsWith("/storage "))
        .map(request -> request.split(" ", -1)[1].replaceAll("\\D", ""))
        .map(from -> from.isEmpty() ? 0 : Integer.parseInt(from))
        .toList();
  }

  @Test
  void aLaterRunResumesWhereThisOneEnded() throws IOException {
    fault = Fault.CUT;
    faults.set(3);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("failed 3 times");
    assertThat(large()).doesNotExist();
    long kept = Files.size(large().resolveSibling("train 0.bin.incomplete"));
    assertThat(kept).isPositive();
    assertThat(fetch().bytes()).isEqualTo(content.length - kept);
    assertThat(starts()).hasSize(4).last().isEqualTo((int) kept);
    assertThat(Files.readAllBytes(large())).isEqualTo(content);
  }

  @Test
  void aWrongChecksumIsRefused() {
    sha256 = "0".repeat(64);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("differs from the hub's");
    assertThat(large()).doesNotExist();
    assertThat(large().resolveSibling("train 0.bin.incomplete")).doesNotExist();
  }

  @Test
  void moreBytesThanAnnouncedAreRefused() {
    fault = Fault.LONGER;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the hub lists 200,000 bytes but sends 200,001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../up", "/etc/x", "a/../../b", "a//b", "a\\\\b", ".", "a/./b"})
  void pathsOutOfTheDirectoryAreRefused(String path) {
    name = path;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("which is not allowed");
  }

  @Test
  void aSymbolicLinkOutOfTheDirectoryIsNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.createDirectories(folder.resolve("out"));
    Files.createSymbolicLink(folder.resolve("out/data"), elsewhere);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("because of a symbolic link");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aMissingRepositoryIsReported() {
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    HubAddress other = new HubAddress(endpoint, HubAddress.Type.MODEL, "me/none", "main");
    assertThatThrownBy(() ->
            new HubDownload(other, Optional.empty(), QUICK)
                .fetch(_ -> true, folder.resolve("out"), _ -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("there is no such repository");
    assertThatThrownBy(() -> new HubAddress(endpoint, HubAddress.Type.MODEL, "a/../b", "main"))
        .isInstanceOf(UserError.class);
  }
}
