package io.braid.input;

import io.braid.UserError;
import io.braid.image.ImageSource;
import java.util.List;

/**
 * The one place at which problems, examples and questions with images meet a model. A model that
 * does not read images is never given their text alone: it would be asked about something that it
 * does not see.
 */
public final class ImageUse {
  private ImageUse() {}

  /**
   * Checks that the model reads images if there are any.
   *
   * @param images the images of a record
   * @param where the record's place
   * @throws UserError if the model does not
   */
  public static void check(LoadedModel model, List<ImageSource> images, String where) {
    if (!images.isEmpty() && !model.readsImages()) {
      throw new UserError(
          "%s has %s, which %s cannot read; use a model that reads images, or only the text of the data by fields.images: '' (--images '')"
              .formatted(
                  where,
                  images.size() == 1 ? "an image" : images.size() + " images",
                  model.directory().path()));
    }
  }
}
