package io.braid.task.visual;

import io.braid.UserError;
import io.braid.task.Options;
import java.util.EnumSet;
import java.util.Set;

/**
 * The settings of the problems with pictures to generate.
 *
 * @param kinds the kinds of questions, which take turns
 * @param difficulty 1 to 4: more things, colours and lines, and finer scales
 * @param size width and height of a picture in pixels: 112 or a multiple, up to 896
 * @param seed seed of the problems; it never changes the split of a problem
 */
public record VisualSettings(Set<VisualKind> kinds, int difficulty, int size, long seed) {
  /** The easiest pictures of all kinds, 112 by 112 pixels, seed 0. */
  public static final VisualSettings STANDARD =
      new VisualSettings(EnumSet.allOf(VisualKind.class), 1, Picture.UNITS, 0);

  private static final int HARDEST = 4;
  private static final int LARGEST = 8 * Picture.UNITS;

  /** Rejects values that are out of range. */
  public VisualSettings {
    kinds = Set.copyOf(kinds);
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("no kind of question");
    }
    if (difficulty < 1 || difficulty > HARDEST) {
      throw new UserError(
          "task visual: difficulty is %s; give 1 to %s".formatted(difficulty, HARDEST));
    }
    if (size < Picture.UNITS || size > LARGEST || size % Picture.UNITS != 0) {
      throw new UserError(
          "task visual: size is %s; give a multiple of %s up to %s"
              .formatted(size, Picture.UNITS, LARGEST));
    }
  }

  /** Reads the options of a task spec; missing options are taken from {@link #STANDARD}. */
  public static VisualSettings of(Options options) {
    return new VisualSettings(
        options.choices("kind", VisualKind.class),
        options.whole("difficulty", STANDARD.difficulty),
        options.whole("size", STANDARD.size),
        options.seed("seed", STANDARD.seed));
  }
}
