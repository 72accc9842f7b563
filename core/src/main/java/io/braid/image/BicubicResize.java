package io.braid.image;

/**
 * Resizes as Pillow does with {@code BICUBIC}: an antialiased cubic filter (a = −1/2), horizontally
 * and then vertically, each pass in fixed point with 22 bits and rounded to 8. The bits are those
 * of Pillow 11; Pillow 13 resizes some images vertically first, which changes values by at most 1.
 */
final class BicubicResize {
  private static final double SUPPORT = 2;
  private static final double A = -0.5;
  private static final int BITS = 32 - 8 - 2;

  private BicubicResize() {}

  /** Returns the image with another size. */
  static PixelImage to(PixelImage image, int width, int height) {
    return vertically(horizontally(image, width), height);
  }

  /** The weights of the pixels that a pixel of the result is made of, along one axis. */
  private record Weights(int[] first, int[][] fixed) {
    static Weights of(int from, int to) {
      double scale = (double) from / to;
      double stretch = Math.max(scale, 1);
      double support = SUPPORT * stretch;
      int[] first = new int[to];
      int[][] fixed = new int[to][];
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * scale;
        int start = Math.max(0, (int) (center - support + 0.5));
        int end = Math.min(from, (int) (center + support + 0.5));
        double[] weights = new double[end - start];
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
          weights[k] = cubic((k + start - center + 0.5) * (1 / stretch));
          sum += weights[k];
        }
        first[i] = start;
        fixed[i] = new int[weights.length];
        for (int k = 0; k < weights.length; k++) {
          double weight = sum == 0 ? weights[k] : weights[k] / sum;
          fixed[i][k] = (int) ((weight < 0 ? -0.5 : 0.5) + weight * (1 << BITS));
        }
      }
      return new Weights(first, fixed);
    }

    private static double cubic(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
  }

  private static PixelImage horizontally(PixelImage image, int width) {
    if (width == image.width()) {
      return image;
    }
    Weights weights = Weights.of(image.width(), width);
    byte[] from = image.rgb();
    byte[] to = new byte[Math.multiplyExact(PixelImage.CHANNELS * width, image.height())];
    for (int y = 0; y < image.height(); y++) {
      int row = PixelImage.CHANNELS * y * image.width();
      for (int x = 0; x < width; x++) {
        int at = PixelImage.CHANNELS * (y * width + x);
        sum(
            from,
            row + PixelImage.CHANNELS * weights.first[x],
            PixelImage.CHANNELS,
            weights.fixed[x],
            to,
            at);
      }
    }
    return new PixelImage(width, image.height(), to);
  }

  private static PixelImage vertically(PixelImage image, int height) {
    if (height == image.height()) {
      return image;
    }
    Weights weights = Weights.of(image.height(), height);
    int row = PixelImage.CHANNELS * image.width();
    byte[] from = image.rgb();
    byte[] to = new byte[Math.multiplyExact(row, height)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < image.width(); x++) {
        int column = PixelImage.CHANNELS * x;
        sum(from, row * weights.first[y] + column, row, weights.fixed[y], to, row * y + column);
      }
    }
    return new PixelImage(image.width(), height, to);
  }

  /** Writes the weighted sum of pixels, which are some bytes apart. */
  private static void sum(byte[] from, int first, int apart, int[] weights, byte[] to, int at) {
    int r = 1 << (BITS - 1);
    int g = r;
    int b = r;
    int place = first;
    for (int weight : weights) {
      r += (from[place] & 0xff) * weight;
      g += (from[place + 1] & 0xff) * weight;
      b += (from[place + 2] & 0xff) * weight;
      place += apart;
    }
    to[at] = clipped(r);
    to[at + 1] = clipped(g);
    to[at + 2] = clipped(b);
  }

  private static byte clipped(int fixed) {
    return (byte) Math.clamp(fixed >> BITS, 0, 255);
  }
}
