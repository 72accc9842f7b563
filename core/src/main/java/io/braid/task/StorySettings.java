package io.braid.task;

import io.braid.UserError;

/**
 * The settings of the problems in words to generate.
 *
 * @param steps number of sums and differences in a problem, 1 to 4
 * @param max the largest number, also of the results, 3 to 1000
 * @param seed seed that decides the order of the problems but never their split
 */
public record StorySettings(int steps, int max, long seed) {
  /** One step, numbers up to 60, seed 0. */
  public static final StorySettings STANDARD = new StorySettings(1, 60, 0);

  private static final int MOST_STEPS = 4;
  private static final int LARGEST = 1000;

  /** Rejects values that are out of range. */
  public StorySettings {
    if (steps < 1 || steps > MOST_STEPS) {
      throw new UserError("task stories: steps is %d; give 1 to %d".formatted(steps, MOST_STEPS));
    }
    if (max < Story.SMALLEST + 1 || max > LARGEST) {
      throw new UserError(
          "task stories: max is %d; give %d to %d".formatted(max, Story.SMALLEST + 1, LARGEST));
    }
  }

  static StorySettings of(Options options) {
    return new StorySettings(
        options.whole("steps", STANDARD.steps),
        options.whole("max", STANDARD.max),
        options.seed("seed", STANDARD.seed));
  }
}
