package io.braid.task.visual;

import io.braid.UserError;
import io.braid.image.ImageLimits;
import io.braid.image.ImageSource;
import io.braid.image.PixelImage;
import io.braid.task.Names;

/**
 * A picture that is drawn when it is needed.
 *
 * @param kind the kind of its question
 * @param difficulty 1 to 4
 * @param seed seed of the puzzles
 * @param number number of the puzzle of this kind and difficulty
 * @param scale pixels per unit
 */
record DrawnImage(VisualKind kind, int difficulty, long seed, int number, int scale)
    implements ImageSource {
  Puzzle puzzle() {
    return kind.draw(difficulty, seed, number);
  }

  @Override
  public String where() {
    return "picture %s of task visual:kind=%s,difficulty=%s,seed=%s"
        .formatted(number, Names.of(kind), difficulty, seed);
  }

  @Override
  public PixelImage decode(ImageLimits limits) {
    long side = (long) Picture.UNITS * scale;
    long bytes = PixelImage.CHANNELS * side * side;
    if (side * side > limits.pixels() || bytes > limits.decodedBytes()) {
      throw new UserError(
          "%s: has %s by %s pixels, more than allowed for an image; give a smaller size"
              .formatted(where(), side, side));
    }
    return puzzle().picture().drawn(scale);
  }
}
