package io.braid.objective.loss;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Metric;
import io.braid.Metric.Unit;
import io.braid.SettingError;
import io.braid.trajectory.Column;
import java.util.Set;

/**
 * The settings of FlowRL's loss.
 *
 * @param beta how sharply the target prefers what is rewarded
 * @param epsilon how far the importance weight may leave 1
 * @param variant the paper's loss, or that of the code its authors published
 * @param ratio what the importance weight compares
 * @param logZ where log Z comes from
 */
public record Flowrl(
    @Doc(
            "Sharpness of the target, read against the response's length: the paper's 15 goes with"
                + " thousands of tokens, about 1 with ten; auto keeps beta times length at 7.")
        @Default("15")
        Beta beta,
    @Default("0.2") double epsilon,
    @Doc("paper, or what its authors' published code does.") @Default("paper") Variant variant,
    @Doc("What the importance weight compares.") @Default("sequence") Ratio ratio,
    @Doc("Where log Z comes from.") @Default("learned") LogZ logZ)
    implements LossSettings {

  /** The log partition function. */
  public static final Metric LOG_Z =
      Metric.declare(
          "log_z",
          Unit.NATS,
          "log Z per token, averaged over trained responses. Only with `loss: flowrl`");

  /** The distance from balance. */
  public static final Metric BALANCE_RESIDUAL =
      Metric.declare(
          "balance_residual",
          Unit.NATS,
          "mean absolute residual of the trajectory balance equation over trained responses. Only"
              + " with `loss: flowrl`");

  /** Where the paper and its authors' published code differ. */
  public enum Variant {
    /**
     * The importance weight is clipped; log Z sees the whole prompt and leaves the policy alone.
     */
    PAPER,
    /**
     * The importance weight is not clipped; log Z does not see the prompt's last token, and its
     * gradient flows into the policy; each micro-batch's mean is scaled by 9 over the optimizer
     * step's responses, so that its size matters.
     */
    RELEASED
  }

  /** What the importance weight compares. */
  public enum Ratio {
    /** π_θ(y|x) / π_old(y|x). */
    SEQUENCE,
    /** Its |y|-th root, which stays within the clip for long responses too. */
    SEQUENCE_MEAN,
    /** Nothing: the weight is 1. */
    NONE
  }

  /** The paper's loss with a learned log Z. */
  public static Flowrl of(double beta, double epsilon, double dropout, double learningRate) {
    return new Flowrl(
        Beta.of(beta),
        epsilon,
        Variant.PAPER,
        Ratio.SEQUENCE,
        new LogZ.Learned(dropout, learningRate));
  }

  /** Checks the settings. */
  public Flowrl {
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new SettingError("epsilon", "must be above 0 and below 1, got " + epsilon);
    }
  }

  @Override
  public PolicyLoss create(int hiddenSize, long seed) {
    return new FlowrlLoss(this, logZ.create(this, hiddenSize, seed));
  }

  @Override
  public boolean needsRawRewards() {
    return logZ instanceof Disa;
  }

  @Override
  public Set<Column<double[]>> fills() {
    return FlowrlLoss.FILLED;
  }

  @Override
  public boolean takesTokenCorrection() {
    return false; // a residual belongs to a whole response
  }
}
