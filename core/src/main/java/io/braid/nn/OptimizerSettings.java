package io.braid.nn;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.List;

/**
 * How parameters move: AdamW under a learning rate that rises and falls.
 *
 * @param learningRate the peak
 * @param warmupSteps steps of rise
 * @param lrSchedule the fall after it
 * @param minLrRatio what it falls to, as a share of the peak
 * @param weightDecay how fast matrices shrink
 * @param maxGradNorm the gradients' largest global norm
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 */
public record OptimizerSettings(
    @Doc("The peak.") @Default("1e-6") double learningRate,
    @Default("0") int warmupSteps,
    @Default("constant") LearningRate.Fall lrSchedule,
    @Doc("What the rate falls to, as a share of the peak.") @Default("0") double minLrRatio,
    @Doc("Of matrices; vectors never decay.") @Default("0.0") double weightDecay,
    @Doc("Largest global norm of the gradients.") @Default("1.0") double maxGradNorm,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-8") double epsilon) {
  /** Checks the settings. */
  public OptimizerSettings {
    Check.above("learning_rate", learningRate, 0);
    Check.atLeast("warmup_steps", warmupSteps, 0);
    Check.between("min_lr_ratio", minLrRatio, 0, 1);
    Check.atLeast("weight_decay", weightDecay, 0);
  }

  /** The same with another peak. */
  public OptimizerSettings withLearningRate(double peak) {
    return new OptimizerSettings(
        peak, warmupSteps, lrSchedule, minLrRatio, weightDecay, maxGradNorm, beta1, beta2, epsilon);
  }

  /** AdamW's own settings. */
  public AdamW.Settings adam() {
    return new AdamW.Settings(beta1, beta2, epsilon, maxGradNorm);
  }

  /**
   * Parameters that are trained under this schedule.
   *
   * @param steps optimizer steps of the whole run
   */
  public AdamW.Group group(List<Parameter> parameters, int steps) {
    return group(parameters, steps, learningRate);
  }

  /**
   * Parameters that are trained under this schedule with a peak of their own.
   *
   * @param steps optimizer steps of the whole run
   */
  public AdamW.Group group(List<Parameter> parameters, int steps, double peak) {
    return new AdamW.Group(
        parameters,
        new LearningRate(peak, warmupSteps, steps, lrSchedule, minLrRatio),
        weightDecay);
  }
}
