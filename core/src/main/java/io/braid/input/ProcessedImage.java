package io.braid.input;

import io.braid.image.ImageLimits;
import io.braid.image.ImageProcessor;
import io.braid.image.ImageSize;
import io.braid.image.ImageSource;
import io.braid.vision.ImageGrid;
import io.braid.vision.PatchSource;
import io.braid.vision.TowerImage;

/**
 * An image of a problem as the patches of a model; it is decoded each time they are needed.
 *
 * @param source the image
 * @param processor the model's image processor
 */
record ProcessedImage(ImageSource source, ImageProcessor processor) implements PatchSource {
  /**
   * Returns an image as the model's tower sees it. This reads the image's size, but not its pixels.
   *
   * @throws io.braid.UserError in one line, if it cannot be read, is no image or exceeds a limit
   */
  static TowerImage of(ImageSource source, ImageProcessor processor) {
    ImageSize size = source.size(ImageLimits.STANDARD);
    ImageProcessor.Size resized = processor.size(size.width(), size.height(), source.where());
    return new TowerImage(
        new ImageGrid(
            resized.height() / processor.patch(),
            resized.width() / processor.patch(),
            processor.merge()),
        new ProcessedImage(source, processor));
  }

  @Override
  public float[] values() {
    return processor.patches(source.decode(ImageLimits.STANDARD), source.where()).values();
  }
}
