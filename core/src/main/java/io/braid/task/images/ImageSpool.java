package io.braid.task.images;

import io.braid.FileError;
import io.braid.UserError;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A temporary file of the images that a data file contains itself (Parquet, Arrow, base64). They
 * are written when the data file is read, because a row of such a file cannot be read again without
 * the rows around it, and they would not all fit into memory. Equal images are written once. The
 * file has no name once it is open, so it is freed with the process, however that ends. Safe for
 * use by several threads.
 */
final class ImageSpool {
  private final RandomAccessFile file;
  private final Path directory;
  private final Map<String, Place> places = new HashMap<>(); // by SHA-256

  /**
   * A place in the file.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @param hash SHA-256 of the bytes, in hexadecimal digits
   */
  record Place(long offset, int length, String hash) {}

  /**
   * Creates an empty file in the directory for temporary files ({@code java.io.tmpdir}).
   *
   * @throws UserError if this is not possible
   */
  ImageSpool() {
    directory = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    try {
      Path path = Files.createTempFile(directory, "braid-images-", "");
      file = new RandomAccessFile(path.toFile(), "rw");
      Files.delete(path);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Writes an image unless it is there.
   *
   * @throws UserError if this is not possible, for example because the disk is full
   */
  synchronized Place keep(byte[] image) {
    String hash = hash(image);
    Place known = places.get(hash);
    if (known != null) {
      return known;
    }
    try {
      Place place = new Place(file.length(), image.length, hash);
      file.seek(place.offset);
      file.write(image);
      places.put(hash, place);
      return place;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Returns the bytes at a place. */
  synchronized byte[] read(Place place) {
    byte[] image = new byte[place.length];
    try {
      file.seek(place.offset);
      file.readFully(image);
    } catch (IOException e) {
      throw FileError.reading(directory.resolve("(images of the data)"), e);
    }
    return image;
  }

  private UserError unwritable(IOException e) {
    return new UserError(
        "%s: the data's images cannot be written to this directory for temporary files: %s; free space, or name another directory by -Djava.io.tmpdir=DIR in JAVA_TOOL_OPTIONS"
            .formatted(directory, reason(e)),
        e);
  }

  private static String reason(IOException e) {
    String said = String.valueOf(e.getMessage());
    int path = said.lastIndexOf(File.separatorChar);
    return path < 0 ? said : said.substring(path + 1);
  }

  private static String hash(byte[] image) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
