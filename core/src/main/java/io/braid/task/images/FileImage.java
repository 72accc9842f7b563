package io.braid.task.images;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.image.EncodedImage;
import io.braid.image.ImageDecoder;
import io.braid.image.ImageLimits;
import io.braid.image.ImageSize;
import io.braid.image.ImageSource;
import io.braid.image.PixelImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image in a file of its own, read anew each time. Two are equal if their paths are.
 *
 * @param path the file
 * @param where the image's place in the data set, and the file
 */
record FileImage(Path path, String where) implements ImageSource {
  @Override
  public PixelImage decode(ImageLimits limits) {
    return new ImageDecoder(limits).decode(read(limits), where);
  }

  @Override
  public ImageSize size(ImageLimits limits) {
    return new ImageDecoder(limits).size(read(limits), where);
  }

  @Override
  public EncodedImage encoded(ImageLimits limits) {
    byte[] file = read(limits);
    new ImageDecoder(limits).size(file, where);
    return EncodedImage.of(file, where);
  }

  /** Reads at most one byte more than allowed; the decoder refuses that. */
  private byte[] read(ImageLimits limits) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, limits.bytes() + 1L));
    } catch (IOException e) {
      throw new UserError(where + ": " + FileError.reading(path, e).getMessage(), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileImage image && image.path.equals(path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }
}
