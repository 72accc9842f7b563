package io.braid.nn;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.List;

/**
 * Settings of the optimizer: AdamW with a learning rate schedule.
 *
 * @param learningRate the peak learning rate
 * @param warmupSteps number of warm-up steps
 * @param lrSchedule the decay after the warm-up
 * @param minLrRatio final learning rate as a fraction of the peak
 * @param weightDecay weight decay of matrices
 * @param maxGradNorm maximum global norm of the gradients
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the square root of the second moment
 */
public record OptimizerSettings(
    @Doc("The peak learning rate.") @Default("1e-6") double learningRate,
    @Default("0") int warmupSteps,
    @Default("constant") LearningRate.Fall lrSchedule,
    @Doc("The final learning rate as a fraction of the peak.") @Default("0") double minLrRatio,
    @Doc("The weight decay of matrices; vectors never decay.") @Default("0.0") double weightDecay,
    @Doc("The maximum global norm of the gradients.") @Default("1.0") double maxGradNorm,
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

  /** Returns the same settings with a different peak learning rate. */
  public OptimizerSettings withLearningRate(double peak) {
    return new OptimizerSettings(
        peak, warmupSteps, lrSchedule, minLrRatio, weightDecay, maxGradNorm, beta1, beta2, epsilon);
  }

  /** Returns the settings of AdamW. */
  public AdamW.Settings adam() {
    return new AdamW.Settings(beta1, beta2, epsilon, maxGradNorm);
  }

  /**
   * Returns a group of parameters with this schedule.
   *
   * @param steps number of optimizer steps of the whole run
   */
  public AdamW.Group group(List<Parameter> parameters, int steps) {
    return group(parameters, steps, learningRate);
  }

  /**
   * Returns a group of parameters with this schedule and a different peak learning rate.
   *
   * @param steps number of optimizer steps of the whole run
   */
  public AdamW.Group group(List<Parameter> parameters, int steps, double peak) {
    return new AdamW.Group(
        parameters,
        new LearningRate(peak, warmupSteps, steps, lrSchedule, minLrRatio),
        weightDecay);
  }
}
