package io.braid.remote.hub;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Downloads files from a repository, all from the same commit. A file gets its name only when it is
 * complete and has the checksum that the hub states. Until then it is {@code NAME.incomplete}, from
 * which an interrupted download continues.
 */
public final class HubDownload {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int LARGEST_LISTING = 64 << 20;

  private final HubAddress address;
  private final Optional<String> token;
  private final HubRetries retries;

  /**
   * Creates a download without sending a request.
   *
   * @param token sent only to the hub's own host
   */
  public HubDownload(HubAddress address, Optional<String> token, HubRetries retries) {
    this.address = address;
    this.token = token;
    this.retries = retries;
  }

  /**
   * The result of a download.
   *
   * @param commit the commit that was downloaded
   * @param files paths of the downloaded files
   * @param bytes number of bytes transferred
   */
  public record Fetched(String commit, List<Path> files, long bytes) {}

  /**
   * Downloads files.
   *
   * @param wanted selects paths in the repository
   * @param out the target directory; files that are complete there are not downloaded again
   * @param progress receives each file's path before it is downloaded
   * @throws UserError if the hub refuses, a checksum is wrong, or the disk is full
   */
  public Fetched fetch(Predicate<String> wanted, Path out, Consumer<String> progress) {
    try (HubClient client = new HubClient(address.endpoint(), token, retries)) {
      JsonNode listing = client.get(address.listing(), () -> 0, HubDownload::json);
      String commit = listing.path("sha").asString("");
      if (!commit.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
        throw new HubRefusal(address.listing() + " names no commit");
      }
      List<HubFile> files = files(listing, wanted);
      List<Path> places = new ArrayList<>();
      long bytes = 0;
      for (HubFile file : files) {
        progress.accept(file.path());
        FileFetch fetch = new FileFetch(client, address.file(commit, file.path()), file);
        Path target = target(out, file.path());
        bytes += fetch.to(target);
        places.add(target);
      }
      return new Fetched(commit, List.copyOf(places), bytes);
    } catch (HubRefusal e) {
      throw new UserError(String.valueOf(e.getMessage()), e);
    }
  }

  private static JsonNode json(HttpResponse<InputStream> response) throws IOException, HubRefusal {
    byte[] bytes = response.body().readNBytes(LARGEST_LISTING + 1);
    if (bytes.length > LARGEST_LISTING) {
      throw new HubRefusal("%s lists too much".formatted(response.uri()));
    }
    try {
      return MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw new IOException("an answer that is no JSON", e);
    }
  }

  private List<HubFile> files(JsonNode listing, Predicate<String> wanted) throws HubRefusal {
    List<HubFile> files = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (JsonNode sibling : listing.path("siblings")) {
      String path = sibling.path("rfilename").asString("");
      all.add(path);
      if (wanted.test(path)) {
        files.add(
            new HubFile(
                path,
                sibling.path("size").isIntegralNumber()
                    ? OptionalLong.of(sibling.path("size").asLong())
                    : OptionalLong.empty(),
                hash(sibling.path("lfs").path("sha256"), 64),
                hash(sibling.path("blobId"), 40)));
      }
    }
    if (files.isEmpty()) {
      throw new HubRefusal(
          "%s has no such file; it has %s"
              .formatted(
                  address.repository(),
                  all.isEmpty()
                      ? "none"
                      : String.join(", ", all.subList(0, Math.min(20, all.size())))
                          .replaceAll("\\p{Cntrl}", "")));
    }
    return files;
  }

  static Optional<String> hash(JsonNode value, int digits) {
    return Optional.of(value.asString("")).filter(text -> text.matches("[0-9a-f]{" + digits + "}"));
  }

  /** Resolves a file's path and rejects a path that leaves the directory. */
  private static Path target(Path out, String path) throws HubRefusal {
    for (String part : path.split("/", -1)) {
      boolean plain = !part.isBlank() && !part.equals(".") && !part.equals("..");
      if (!plain || part.contains("\\") || part.chars().anyMatch(Character::isISOControl)) {
        throw new HubRefusal(
            "the repository contains a file named '%s', which is not allowed"
                .formatted(path.replaceAll("\\p{Cntrl}", "?")));
      }
    }
    Path target = out.toAbsolutePath().normalize().resolve(path).normalize();
    Path real = target;
    while (real != null && !Files.exists(real)) {
      real = real.getParent();
    }
    try {
      Path root = Files.exists(out) ? out.toRealPath() : out.toAbsolutePath().normalize();
      if (Files.exists(out) && real != null && !real.toRealPath().startsWith(root)) {
        throw new HubRefusal("'%s' is outside %s because of a symbolic link".formatted(path, out));
      }
    } catch (IOException e) {
      throw FileError.cannotBe("used", out, e);
    }
    return target;
  }
}
