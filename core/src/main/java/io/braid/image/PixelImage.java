package io.braid.image;

/**
 * An image in RGB with 8 bits per channel.
 *
 * @param width number of columns
 * @param height number of rows
 * @param rgb [height, width, 3], unsigned
 */
public record PixelImage(int width, int height, byte[] rgb) {
  /** The number of channels. */
  public static final int CHANNELS = 3;

  /** Checks that the array has the size of the image. */
  public PixelImage {
    if (width < 1 || height < 1 || rgb.length != (long) CHANNELS * width * height) {
      throw new IllegalArgumentException(
          "%s bytes are no %s by %s image".formatted(rgb.length, width, height));
    }
  }

  /** Returns the value of a channel, from 0 to 255. */
  public int at(int x, int y, int channel) {
    return rgb[CHANNELS * (y * width + x) + channel] & 0xff;
  }
}
