package io.braid.train;

import io.braid.nn.AdamW;
import io.braid.nn.LearningRate;
import io.braid.nn.Parameter;
import java.util.List;

/**
 * How parameters move.
 *
 * @param learningRate the peak
 * @param warmup steps of rise
 * @param schedule the fall after it
 * @param floor what it falls to, as a share of the peak
 * @param weightDecay how fast matrices shrink
 * @param adam AdamW's own settings
 */
public record OptimizerSettings(
    double learningRate,
    int warmup,
    LearningRate.Fall schedule,
    double floor,
    double weightDecay,
    AdamW.Settings adam) {

  /** Parameters that learn at this rate over a run. */
  AdamW.Group group(List<Parameter> parameters, int steps) {
    return group(parameters, steps, learningRate);
  }

  /** Parameters that learn at a rate of their own, with the same rise and fall. */
  AdamW.Group group(List<Parameter> parameters, int steps, double peak) {
    return new AdamW.Group(
        parameters, new LearningRate(peak, warmup, steps, schedule, floor), weightDecay);
  }
}
