package io.braid.image;

/**
 * An image that is decoded when it is needed, so that a data set's images are not all in memory.
 * Implementations are values: two sources are equal only if their images are.
 */
public interface ImageSource {
  /** The text that stands for an image in a question; images take these places in order. */
  String PLACE = "<image>";

  /** Returns what errors call the image: its file, its place in a data set, or its problem. */
  String where();

  /**
   * Reads and decodes the image.
   *
   * @throws io.braid.UserError in one line, if it cannot be read, is damaged or exceeds a limit
   */
  PixelImage decode(ImageLimits limits);

  /**
   * Returns the size of the decoded image; reads the file, but does not decode its pixels.
   *
   * @throws io.braid.UserError in one line, if it cannot be read, is no image or exceeds a limit
   */
  default ImageSize size(ImageLimits limits) {
    PixelImage image = decode(limits);
    return new ImageSize(image.width(), image.height());
  }

  /**
   * Returns the image's file, or a PNG file of it, as chat services take it.
   *
   * @throws io.braid.UserError in one line, if it cannot be read, is no image or exceeds a limit
   */
  default EncodedImage encoded(ImageLimits limits) {
    return EncodedImage.png(decode(limits));
  }
}
