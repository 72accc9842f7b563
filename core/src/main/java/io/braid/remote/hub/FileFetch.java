package io.braid.remote.hub;

import io.braid.FileError;
import io.braid.UserError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Downloads one file. */
final class FileFetch {
  private final HubClient client;
  private final URI address;
  private final HubFile file;
  private long received;

  FileFetch(HubClient client, URI address, HubFile file) {
    this.client = client;
    this.address = address;
    this.file = file;
  }

  /**
   * Downloads the file unless it is already complete.
   *
   * @return number of bytes transferred
   */
  long to(Path target) throws HubRefusal {
    if (file.sha256().isEmpty() && file.gitHash().isEmpty()) {
      throw new HubRefusal("the hub gives no checksum for %s".formatted(file.path()));
    }
    Path incomplete = target.resolveSibling(target.getFileName() + ".incomplete");
    try {
      if (Files.isRegularFile(target) && isValid(target)) {
        return 0;
      }
      Files.createDirectories(target.toAbsolutePath().getParent());
      if (!isComplete(incomplete)) {
        client.get(
            address, () -> resumePosition(incomplete), response -> append(response, incomplete));
      }
      if (!isValid(incomplete)) {
        Files.delete(incomplete);
        throw new HubRefusal(
            "the checksum of %s differs from the hub's; the file was removed, try again"
                .formatted(file.path()));
      }
      Files.move(incomplete, target, StandardCopyOption.REPLACE_EXISTING);
      return received;
    } catch (IOException e) {
      throw new UserError(
          "%s: cannot be written: %s; the bytes received so far are kept in %s: %s and try again"
              .formatted(
                  target, FileError.reason(e), incomplete.getFileName(), FileError.remedy(e)),
          e);
    }
  }

  private long resumePosition(Path incomplete) throws IOException {
    return file.size().isPresent() && Files.isRegularFile(incomplete) ? Files.size(incomplete) : 0;
  }

  private boolean isComplete(Path incomplete) throws IOException {
    long resumePosition = resumePosition(incomplete);
    if (file.size().isPresent() && resumePosition > file.size().getAsLong()) {
      Files.delete(incomplete); // from another commit
      return false;
    }
    return resumePosition > 0
        && file.size().isPresent()
        && resumePosition == file.size().getAsLong();
  }

  /** Continues the file if the hub sent a range, and starts again if it sent the whole file. */
  private Path append(HttpResponse<InputStream> response, Path incomplete)
      throws IOException, HubRefusal {
    long from = 0;
    if (response.statusCode() == 206) {
      from = resumePosition(incomplete);
      String range = response.headers().firstValue("Content-Range").orElse("");
      if (!range.startsWith("bytes " + from + "-")) {
        throw new IOException("the response has a different range from the requested one");
      }
    }
    long announced = announced(response, from);
    long written = from;
    try (OutputStream out = open(incomplete, from)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = response.body().read(buffer); n >= 0; n = response.body().read(buffer)) {
        if (written + n > announced) {
          throw new HubRefusal("%s is longer than announced".formatted(file.path()));
        }
        write(out, buffer, n, incomplete);
        written += n;
        received += n;
      }
    }
    if (written < announced) {
      throw new EOFException("interrupted after %,d of %,d bytes".formatted(written, announced));
    }
    return incomplete;
  }

  private long announced(HttpResponse<InputStream> response, long from) throws HubRefusal {
    long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    if (file.size().isPresent()) {
      long size = file.size().getAsLong();
      if (length >= 0 && from + length != size) {
        throw new HubRefusal(
            "%s: the hub lists %,d bytes but sends %,d"
                .formatted(file.path(), size, from + length));
      }
      return size;
    }
    if (length < 0) {
      throw new HubRefusal("%s is sent without a length".formatted(file.path()));
    }
    return from + length;
  }

  private static OutputStream open(Path incomplete, long from) throws DiskRefusal {
    try {
      return from > 0
          ? Files.newOutputStream(incomplete, StandardOpenOption.APPEND)
          : Files.newOutputStream(incomplete);
    } catch (IOException e) {
      throw new DiskRefusal(incomplete, e);
    }
  }

  private static void write(OutputStream out, byte[] buffer, int count, Path incomplete)
      throws DiskRefusal {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw new DiskRefusal(incomplete, e);
    }
  }

  /** Thrown if the file cannot be written, in which case requesting it again does not help. */
  private static final class DiskRefusal extends UserError {
    private static final long serialVersionUID = 1L;

    DiskRefusal(Path incomplete, IOException cause) {
      super(
          "%s: cannot be written: %s; %s and try again; the download resumes from there"
              .formatted(incomplete, FileError.reason(cause), FileError.remedy(cause)),
          cause);
    }
  }

  // ---- checksums ------------------------------------------------------------------------------

  private boolean isValid(Path path) throws IOException {
    if (file.size().isPresent() && Files.size(path) != file.size().getAsLong()) {
      return false;
    }
    if (file.sha256().isPresent()) {
      return hash(path, "SHA-256", "").equals(file.sha256().get());
    }
    return file.gitHash().isPresent()
        && hash(path, "SHA-1", "blob " + Files.size(path) + "\0").equals(file.gitHash().get());
  }

  private static String hash(Path path, String algorithm, String before) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(before.getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + algorithm, e);
    }
  }
}
