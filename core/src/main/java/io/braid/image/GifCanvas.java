package io.braid.image;

import java.util.Optional;

/**
 * The canvas of a GIF file and the place of its first frame on it.
 *
 * @param width width of the canvas
 * @param height height of the canvas
 * @param left column of the frame's left edge
 * @param top row of the frame's upper edge
 */
record GifCanvas(int width, int height, int left, int top) {
  /** Reads the canvas; empty if there is no frame. */
  static Optional<GifCanvas> of(byte[] file) {
    if (file.length < 13) {
      return Optional.empty();
    }
    int flags = file[10];
    int at = 13 + ((flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1)); // after the palette
    while (at + 9 < file.length && file[at] == 0x21) { // an extension: label and blocks
      at += 2;
      while (at < file.length && file[at] != 0) {
        at += 1 + (file[at] & 0xff);
      }
      at++;
    }
    if (at + 9 >= file.length || file[at] != 0x2c) {
      return Optional.empty();
    }
    return Optional.of(
        new GifCanvas(two(file, 6), two(file, 8), two(file, at + 1), two(file, at + 3)));
  }

  private static int two(byte[] file, int at) {
    return file[at] & 0xff | (file[at + 1] & 0xff) << 8;
  }

  /** Returns the number of pixels. */
  long pixels() {
    return (long) width * height;
  }

  /** Returns the frame on the canvas, which is black elsewhere. */
  PixelImage with(PixelImage frame) {
    if (left == 0 && top == 0 && frame.width() == width && frame.height() == height) {
      return frame;
    }
    byte[] rgb = new byte[Math.toIntExact(PixelImage.CHANNELS * pixels())];
    int columns = Math.min(frame.width(), width - left);
    for (int y = 0; columns > 0 && y < Math.min(frame.height(), height - top); y++) {
      System.arraycopy(
          frame.rgb(),
          PixelImage.CHANNELS * y * frame.width(),
          rgb,
          PixelImage.CHANNELS * ((top + y) * width + left),
          PixelImage.CHANNELS * columns);
    }
    return new PixelImage(width, height, rgb);
  }
}
