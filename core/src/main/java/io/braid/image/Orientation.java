package io.braid.image;

/**
 * How an image is to be turned for display: the values 1 to 8 of EXIF's tag Orientation (CIPA
 * DC-008, 4.6.5).
 */
enum Orientation {
  /** 1: as stored. */
  NORMAL(false, false, false),
  /** 2: mirrored left to right. */
  MIRRORED(false, true, false),
  /** 3: turned by 180°. */
  TURNED(false, true, true),
  /** 4: mirrored top to bottom. */
  FLIPPED(false, false, true),
  /** 5: rows and columns exchanged. */
  TRANSPOSED(true, false, false),
  /** 6: to be turned by 90° clockwise. */
  CLOCKWISE(true, true, false),
  /** 7: rows and columns exchanged, about the other diagonal. */
  TRANSVERSE(true, true, true),
  /** 8: to be turned by 90° counterclockwise. */
  COUNTERCLOCKWISE(true, false, true);

  private final boolean exchanged; // rows and columns
  private final boolean mirrored; // the columns of the result
  private final boolean flipped; // the rows of the result

  Orientation(boolean exchanged, boolean mirrored, boolean flipped) {
    this.exchanged = exchanged;
    this.mirrored = mirrored;
    this.flipped = flipped;
  }

  /** Returns the orientation with a value of the tag; other values mean nothing and are ignored. */
  static Orientation of(int value) {
    return value >= 1 && value <= 8 ? values()[value - 1] : NORMAL;
  }

  /** Returns the size of an image as it is displayed. */
  ImageSize applied(ImageSize stored) {
    return exchanged ? new ImageSize(stored.height(), stored.width()) : stored;
  }

  /** Returns the image as it is displayed. */
  PixelImage applied(PixelImage stored) {
    if (this == NORMAL) {
      return stored;
    }
    int width = exchanged ? stored.height() : stored.width();
    int height = exchanged ? stored.width() : stored.height();
    byte[] from = stored.rgb();
    byte[] to = new byte[from.length];
    for (int y = 0; y < height; y++) {
      int row = flipped ? height - 1 - y : y;
      for (int x = 0; x < width; x++) {
        int column = mirrored ? width - 1 - x : x;
        int place = exchanged ? column * stored.width() + row : row * stored.width() + column;
        System.arraycopy(
            from,
            PixelImage.CHANNELS * place,
            to,
            PixelImage.CHANNELS * (y * width + x),
            PixelImage.CHANNELS);
      }
    }
    return new PixelImage(width, height, to);
  }
}
