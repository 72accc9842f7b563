package io.braid.image;

import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Converts decoded pixels to RGB with 8 bits. Values are taken as they are stored: colour profiles
 * and gamma are not applied, an alpha channel is dropped, and of 16 bits the upper 8 remain.
 * Pillow's {@code convert("RGB")} does the same, except that it cuts grey values of 16 bits off at
 * 255.
 */
final class Colour {
  private Colour() {}

  /** Converts grey, RGB, either of them with alpha, or a palette. */
  static PixelImage rgb(Raster raster, ColorModel model) {
    byte[] rgb = new byte[Math.multiplyExact(PixelImage.CHANNELS, size(raster))];
    int at = 0;
    int bands = raster.getNumBands();
    int[] row = new int[raster.getWidth() * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      int line = raster.getMinY() + y;
      if (model instanceof ComponentColorModel) {
        raster.getPixels(raster.getMinX(), line, raster.getWidth(), 1, row);
        int bits = raster.getSampleModel().getSampleSize(0);
        int green = bands > 2 ? 1 : 0; // grey is one band
        int blue = bands > 2 ? 2 : 0;
        for (int x = 0; x < raster.getWidth(); x++) {
          rgb[at++] = eight(row[bands * x], bits);
          rgb[at++] = eight(row[bands * x + green], bits);
          rgb[at++] = eight(row[bands * x + blue], bits);
        }
      } else {
        for (int x = 0; x < raster.getWidth(); x++) {
          int colour = colour(raster, model, raster.getMinX() + x, line);
          rgb[at++] = (byte) (colour >> 16);
          rgb[at++] = (byte) (colour >> 8);
          rgb[at++] = (byte) colour;
        }
      }
    }
    return new PixelImage(raster.getWidth(), raster.getHeight(), rgb);
  }

  private static int colour(Raster raster, ColorModel model, int x, int y) {
    if (model instanceof IndexColorModel palette) {
      int index = raster.getSample(x, y, 0);
      return index < palette.getMapSize() ? palette.getRGB(index) : 0;
    }
    return model.getRGB(raster.getDataElements(x, y, null)); // packed into an integer
  }

  private static byte eight(int sample, int bits) {
    return (byte) (bits == 16 ? sample >> 8 : sample);
  }

  private static int size(Raster raster) {
    return Math.multiplyExact(raster.getWidth(), raster.getHeight());
  }

  /**
   * Converts the four components of a JPEG file: R = K − (255 − C)·K / 255 with inverted C and K,
   * as Pillow does.
   */
  static PixelImage ofFour(Raster raster, Container.Colours colours) {
    byte[] rgb = new byte[Math.multiplyExact(PixelImage.CHANNELS, size(raster))];
    int[] row = new int[4 * raster.getWidth()];
    int flip = colours == Container.Colours.CMYK ? 255 : 0;
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      for (int x = 0; x < row.length; x += 4) {
        if (colours == Container.Colours.INVERTED_YCCK) {
          fromYcc(row, x);
        }
        int black = row[x + 3] ^ flip;
        for (int c = 0; c < PixelImage.CHANNELS; c++) {
          int ink = 255 - (row[x + c] ^ flip);
          rgb[at++] = (byte) Math.clamp(black - divided(ink * black), 0, 255);
        }
      }
    }
    return new PixelImage(raster.getWidth(), raster.getHeight(), rgb);
  }

  /** Divides by 255, rounded. */
  private static int divided(int product) {
    int half = product + 128;
    return ((half >> 8) + half) >> 8;
  }

  /** Replaces luma and chromas by inverted cyan, magenta and yellow (JFIF 1.02, in 16 bits). */
  private static void fromYcc(int[] row, int at) {
    int y = row[at];
    int blue = row[at + 1] - 128;
    int red = row[at + 2] - 128;
    int half = 1 << 15;
    row[at] = 255 - Math.clamp(y + ((91_881 * red + half) >> 16), 0, 255);
    row[at + 1] = 255 - Math.clamp(y + ((-22_554 * blue - 46_802 * red + half) >> 16), 0, 255);
    row[at + 2] = 255 - Math.clamp(y + ((116_130 * blue + half) >> 16), 0, 255);
  }
}
