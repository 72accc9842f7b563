package io.braid.image;

import io.braid.UserError;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The formats that are read, recognised by their first bytes; a file's name does not matter. */
enum ImageFormat {
  PNG("png", "com.sun.imageio", 1_032), // of deflate
  JPEG("jpeg", "com.sun.imageio", 3_000), // a progressive file of one colour has a few hundred
  GIF("gif", "com.sun.imageio", 3_000), // 4,096 pixels for each code of 12 bits
  BMP("bmp", "com.sun.imageio", 255), // of run lengths
  WEBP("webp", "com.twelvemonkeys", Integer.MAX_VALUE); // one colour takes no bits at all

  private static final long SMALL = 1 << 20; // decoded bytes that any file may have

  private final String name;
  private final String reader; // package of the reader's class
  private final int mostPerByte; // decoded bytes

  ImageFormat(String name, String reader, int mostPerByte) {
    this.name = name;
    this.reader = reader;
    this.mostPerByte = mostPerByte;
  }

  /**
   * Returns whether a file can contain an image. A file that claims a much larger one is cut off,
   * so nothing is allocated for it.
   *
   * @param fileBytes size of the file
   * @param decodedBytes size of the decoded pixels
   */
  boolean mayHold(long fileBytes, long decodedBytes) {
    return decodedBytes <= SMALL || decodedBytes / mostPerByte <= fileBytes;
  }

  /** Returns the format's name for ImageIO. */
  String imageIo() {
    return name;
  }

  /** Returns whether this class reads the format here; other readers may convert colours. */
  boolean isReadBy(Class<?> type) {
    return type.getName().startsWith(reader);
  }

  /**
   * Returns the format of a file.
   *
   * @throws UserError if it is none of these
   */
  static ImageFormat of(byte[] file, String where) {
    return of(file)
        .orElseThrow(() ->
            new UserError(
                "%s: is not a PNG, JPEG, WebP, GIF or BMP image; convert it to one of these"
                    .formatted(where)));
  }

  /** Returns the format of a file; empty if it is none of these. */
  static Optional<ImageFormat> of(byte[] file) {
    String head = new String(file, 0, Math.min(12, file.length), StandardCharsets.ISO_8859_1);
    if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    }
    if (head.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    }
    if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
      return Optional.of(GIF);
    }
    if (head.startsWith("BM")) {
      return Optional.of(BMP);
    }
    return head.startsWith("RIFF") && head.startsWith("WEBP", 8)
        ? Optional.of(WEBP)
        : Optional.empty();
  }
}
