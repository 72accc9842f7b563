package io.braid.task.images;

import io.braid.image.EncodedImage;
import io.braid.image.ImageDecoder;
import io.braid.image.ImageLimits;
import io.braid.image.ImageSize;
import io.braid.image.ImageSource;
import io.braid.image.PixelImage;

/**
 * An image that was in the data file itself. Two are equal if their bytes are.
 *
 * @param spool the file that has its bytes
 * @param place where they are
 * @param where the image's place in the data set
 */
record KeptImage(ImageSpool spool, ImageSpool.Place place, String where) implements ImageSource {
  @Override
  public PixelImage decode(ImageLimits limits) {
    return new ImageDecoder(limits).decode(spool.read(place), where);
  }

  @Override
  public ImageSize size(ImageLimits limits) {
    return new ImageDecoder(limits).size(spool.read(place), where);
  }

  @Override
  public EncodedImage encoded(ImageLimits limits) {
    byte[] file = spool.read(place);
    new ImageDecoder(limits).size(file, where);
    return EncodedImage.of(file, where);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeptImage image && image.place.hash().equals(place.hash());
  }

  @Override
  public int hashCode() {
    return place.hash().hashCode();
  }
}
