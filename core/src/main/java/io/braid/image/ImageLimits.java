package io.braid.image;

import io.braid.Check;

/**
 * What an image may need before it is refused.
 *
 * @param bytes size of the file
 * @param pixels number of pixels
 * @param decodedBytes memory of the decoded pixels, as the format stores them
 */
public record ImageLimits(int bytes, long pixels, long decodedBytes) {
  /** The limits that apply unless other ones are set. */
  public static final ImageLimits STANDARD = new ImageLimits(64 << 20, 50_000_000L, 256L << 20);

  /** Checks the limits. */
  public ImageLimits {
    Check.atLeast("bytes", bytes, 1);
    Check.atLeast("pixels", pixels, 1);
    Check.atLeast("decoded_bytes", decodedBytes, 1);
  }
}
