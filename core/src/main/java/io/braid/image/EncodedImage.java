package io.braid.image;

import io.braid.UserError;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/**
 * The content of an image file. Two are equal only if they are the same object.
 *
 * @param bytes the file's content
 * @param mediaType its type, such as {@code image/png}
 */
@SuppressWarnings("ArrayRecordComponent")
public record EncodedImage(byte[] bytes, String mediaType) {
  /**
   * Recognises a file's type by its first bytes; nothing is decoded.
   *
   * @param where the file's name, or its place in a data set, for errors
   * @throws UserError in one line, if it is not an image of a known type
   */
  public static EncodedImage of(byte[] file, String where) {
    return new EncodedImage(file, "image/" + ImageFormat.of(file, where).imageIo());
  }

  /** Returns whether a file begins like an image of a known type. */
  public static boolean begins(byte[] file) {
    return ImageFormat.of(file).isPresent();
  }

  /** Returns an image as a PNG file. */
  public static EncodedImage png(PixelImage image) {
    BufferedImage rows =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        rows.setRGB(x, y, image.at(x, y, 0) << 16 | image.at(x, y, 1) << 8 | image.at(x, y, 2));
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(rows, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new EncodedImage(file.toByteArray(), "image/png");
  }

  /** Returns the image as a data URL (RFC 2397), as chat services take it. */
  public String dataUrl() {
    return "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }
}
