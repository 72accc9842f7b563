package io.braid.image;

import io.braid.Check;
import io.braid.UserError;

/**
 * Turns images into the patches of a Qwen2-VL vision tower (Wang et al. 2024, arXiv 2409.12191,
 * section 2.1): resizes to whole blocks of patches within bounds, normalises, and orders the
 * patches so that those that the merger joins are adjacent.
 *
 * @param patch height and width of a patch, in pixels
 * @param frames number of frames in a patch; a still image is repeated
 * @param merge number of patches that the merger joins along each axis
 * @param leastPixels lower bound of the resized image's pixels
 * @param mostPixels upper bound of the resized image's pixels
 * @param scale factor of the values 0 to 255
 * @param mean [3] mean of the scaled values
 * @param deviation [3] standard deviation of the scaled values
 */
public record ImageProcessor(
    int patch,
    int frames,
    int merge,
    long leastPixels,
    long mostPixels,
    double scale,
    double[] mean,
    double[] deviation) {
  private static final int LARGEST_RATIO = 200;

  /** Checks the settings. */
  public ImageProcessor {
    Check.between("patch_size", patch, 1, 1_024);
    Check.between("temporal_patch_size", frames, 1, 64);
    Check.between("merge_size", merge, 1, 64);
    Check.atLeast("min_pixels", leastPixels, 1);
    Check.atLeast("max_pixels", mostPixels, leastPixels);
  }

  /** Returns the same processor with another upper bound of pixels. */
  public ImageProcessor upTo(long pixels) {
    return new ImageProcessor(patch, frames, merge, leastPixels, pixels, scale, mean, deviation);
  }

  /**
   * The patches of an image.
   *
   * @param rows number of patches along the height
   * @param columns number of patches along the width
   * @param values [rows · columns, 3 · frames · patch · patch], with the patches of a block of
   *     {@code merge} by {@code merge} adjacent
   */
  public record Patches(int rows, int columns, float[] values) {}

  /**
   * The size of a resized image.
   *
   * @param width in pixels
   * @param height in pixels
   */
  public record Size(int width, int height) {}

  /**
   * Returns the size to which an image is resized: multiples of a block of patches, whose product
   * is within the bounds, with nearly the same ratio.
   *
   * @param where the image's name, for errors
   * @throws UserError if one side is more than 200 times the other
   */
  public Size size(int width, int height, String where) {
    if ((double) Math.max(width, height) / Math.min(width, height) > LARGEST_RATIO) {
      throw new UserError(
          "%s: is %s by %s pixels; one side must be at most %s times the other"
              .formatted(where, width, height, LARGEST_RATIO));
    }
    double block = patch * merge;
    long w = (long) (Math.rint(width / block) * block);
    long h = (long) (Math.rint(height / block) * block);
    if (h * w > mostPixels) {
      double beta = Math.sqrt((double) height * width / mostPixels);
      w = (long) Math.max(block, Math.floor(width / beta / block) * block);
      h = (long) Math.max(block, Math.floor(height / beta / block) * block);
    } else if (h * w < leastPixels) {
      double beta = Math.sqrt((double) leastPixels / ((double) height * width));
      w = (long) (Math.ceil(width * beta / block) * block);
      h = (long) (Math.ceil(height * beta / block) * block);
    }
    return new Size(Math.toIntExact(w), Math.toIntExact(h));
  }

  /** Returns the patches of an image. */
  public Patches patches(PixelImage image, String where) {
    Size size = size(image.width(), image.height(), where);
    PixelImage resized = BicubicResize.to(image, size.width, size.height);
    int rows = size.height / patch;
    int columns = size.width / patch;
    float[] values =
        new float[Math.multiplyExact(PixelImage.CHANNELS * frames, size.width * size.height)];
    float[][] normalised = normalised();
    int at = 0;
    for (int blockRow = 0; blockRow < rows; blockRow += merge) {
      for (int blockColumn = 0; blockColumn < columns; blockColumn += merge) {
        for (int row = blockRow; row < blockRow + merge; row++) {
          for (int column = blockColumn; column < blockColumn + merge; column++) {
            at = write(resized, row * patch, column * patch, normalised, values, at);
          }
        }
      }
    }
    return new Patches(rows, columns, values);
  }

  /** Returns the normalised value of each of the values 0 to 255, for each channel. */
  private float[][] normalised() {
    float[][] values = new float[PixelImage.CHANNELS][256];
    for (int channel = 0; channel < PixelImage.CHANNELS; channel++) {
      for (int value = 0; value < 256; value++) {
        float scaled = (float) (value * scale);
        values[channel][value] = (scaled - (float) mean[channel]) / (float) deviation[channel];
      }
    }
    return values;
  }

  /** Writes a patch: [3, frames, patch, patch]. Returns the offset after it. */
  private int write(
      PixelImage image, int top, int left, float[][] normalised, float[] values, int from) {
    int at = from;
    for (int channel = 0; channel < PixelImage.CHANNELS; channel++) {
      for (int frame = 0; frame < frames; frame++) {
        for (int y = top; y < top + patch; y++) {
          for (int x = left; x < left + patch; x++) {
            values[at++] = normalised[channel][image.at(x, y, channel)];
          }
        }
      }
    }
    return at;
  }
}
