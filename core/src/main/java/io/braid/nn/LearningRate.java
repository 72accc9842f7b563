package io.braid.nn;

import io.braid.UserError;

/**
 * A learning-rate schedule: a linear warm-up, then a decay to a floor.
 *
 * @param peak the rate after the warm-up
 * @param warmup number of warm-up steps; the first step has the rate peak/warmup
 * @param total number of steps of the run
 * @param fall the shape of the decay
 * @param floor the final rate as a fraction of the peak
 */
public record LearningRate(double peak, int warmup, int total, Fall fall, double floor) {

  /** The shape of the decay. */
  public enum Fall {
    /** Stays at the peak. */
    CONSTANT,
    /** Linear to the floor. */
    LINEAR,
    /** Half a cosine to the floor. */
    COSINE
  }

  /** Checks the settings. */
  public LearningRate {
    if (!(peak > 0 && peak < Double.POSITIVE_INFINITY)
        || warmup < 0
        || total < 1
        || !(floor >= 0 && floor <= 1)) {
      throw new UserError(
          "learning rate: peak %s must be above 0, warmup %d at least 0, steps %d at least 1, floor %s between 0 and 1"
              .formatted(peak, warmup, total, floor));
    }
  }

  /**
   * Returns the learning rate of a step.
   *
   * @param step index of the step, from 0
   */
  public double at(int step) {
    if (step < warmup) {
      return peak * (step + 1) / warmup;
    }
    double progress = Math.min(1, (step - warmup) / (double) Math.max(1, total - warmup));
    double remaining =
        switch (fall) {
          case CONSTANT -> 1;
          case LINEAR -> 1 - progress;
          case COSINE -> (1 + Math.cos(Math.PI * progress)) / 2;
        };
    return peak * (floor + (1 - floor) * remaining);
  }
}
