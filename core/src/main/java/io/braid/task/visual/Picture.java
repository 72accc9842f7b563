package io.braid.task.visual;

import io.braid.image.PixelImage;
import java.util.List;

/**
 * A picture as the list of its marks, from back to front, on white.
 *
 * @param marks what is drawn
 */
record Picture(List<Mark> marks) {
  /** Its width and height in units. */
  static final int UNITS = 112;

  Picture {
    marks = List.copyOf(marks);
  }

  /**
   * Draws the picture.
   *
   * @param scale pixels per unit
   */
  PixelImage drawn(int scale) {
    Canvas canvas = new Canvas(scale);
    marks.forEach(canvas::draw);
    return canvas.image();
  }
}
