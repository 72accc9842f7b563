package io.braid.eval.suite.vision;

import io.braid.image.EncodedImage;
import io.braid.image.PixelImage;
import java.util.Base64;

/** Small images for tests. */
public final class Pictures {
  private Pictures() {}

  /** Returns a PNG of a width and one row in base64. */
  public static String base64(int width) {
    byte[] file = EncodedImage.png(new PixelImage(width, 1, new byte[3 * width])).bytes();
    return Base64.getEncoder().encodeToString(file);
  }
}
