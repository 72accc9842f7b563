package io.braid.task.images;

import io.braid.UserError;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the files of images. A data set is not trusted: its paths may not leave a directory, which
 * is that of the data file unless the user names another one. Links below it are followed, because
 * downloads from a hub consist of them.
 *
 * @param root the directory
 * @param isNamed whether the user named it
 */
record ImagePaths(Path root, boolean isNamed) {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{1,20}://.*");

  /** Returns the paths of a data file or directory. */
  static ImagePaths of(Path data, Optional<Path> named) {
    Path absolute = data.toAbsolutePath().normalize();
    Path own =
        Files.isDirectory(absolute)
            ? absolute
            : Optional.ofNullable(absolute.getParent()).orElse(absolute);
    return new ImagePaths(
        named.map(path -> path.toAbsolutePath().normalize()).orElse(own), named.isPresent());
  }

  /**
   * Returns the file that a path or a {@code file:} URL names.
   *
   * @param where the image's place in the data set
   * @throws UserError if it lies elsewhere, does not exist, or is a URL of another kind
   */
  FileImage image(String written, String where) {
    Path path = root.resolve(plain(written, where)).normalize();
    if (!path.startsWith(root)) {
      throw new UserError(
          "%s: '%s' leaves %s; %s"
              .formatted(
                  where,
                  shown(written),
                  root,
                  isNamed
                      ? "set fields.image_root to a directory above it"
                      : "set fields.image_root to the directory of the images"));
    }
    if (!Files.isRegularFile(path)) {
      throw new UserError(
          "%s: there is no file %s; get the data set's images, or set fields.image_root to the directory to which their paths are relative"
              .formatted(where, shown(path.toString())));
    }
    return new FileImage(path, where + " (" + shown(written) + ")");
  }

  private Path plain(String written, String where) {
    try {
      if (written.regionMatches(true, 0, "file:", 0, 5)) {
        return Path.of(local(new URI(written)));
      }
      if (SCHEME.matcher(written).matches()) {
        throw new UserError(
            "%s: '%s' is an address, and Braid fetches no images; download them and write their paths"
                .formatted(where, shown(written)));
      }
      return Path.of(written);
    } catch (InvalidPathException | URISyntaxException e) {
      throw new UserError(
          "%s: '%s' is not a path; write the path of an image, or its content in base64"
              .formatted(where, shown(written)),
          e);
    }
  }

  /**
   * Returns the path of a file URL; with {@code localhost} or without a host it is on this disk.
   */
  private static String local(URI url) throws URISyntaxException {
    String host = Optional.ofNullable(url.getHost()).orElse("").toLowerCase(Locale.ROOT);
    if (url.getPath() == null || !(host.isEmpty() || host.equals("localhost"))) {
      throw new URISyntaxException(url.toString(), "not the path of a file here");
    }
    return url.getPath();
  }

  private static String shown(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ");
    return line.length() <= 100 ? line : line.substring(0, 100) + "…";
  }
}
