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
 * @param beta β, the sharpness with which the target prefers rewarded responses
 * @param epsilon ε: the importance weight is clipped to 1 ± ε
 * @param variant the loss of the paper, or of its authors' published code
 * @param ratio the kind of importance weight
 * @param logZ the source of log Z
 */
public record Flowrl(
    @Doc(
            "Sharpness of the target. Its effect grows with the response's length: the paper's 15"
                + " suits thousands of tokens, about 1 suits ten; auto keeps beta times length at"
                + " 7.")
        @Default("15")
        Beta beta,
    @Default("0.2") double epsilon,
    @Doc("The loss of the paper, or of its authors' published code.") @Default("paper")
        Variant variant,
    @Doc("Whose probability ratio the importance weight is.") @Default("sequence") Ratio ratio,
    @Doc("The source of log Z.") @Default("learned") LogZ logZ)
    implements LossSettings {

  /** The metric of the log-partition function. */
  public static final Metric LOG_Z =
      Metric.declare(
          "log_z",
          Unit.NATS,
          "log Z per token, averaged over trained responses. Only with `loss: flowrl`");

  /** The metric of the trajectory balance residual. */
  public static final Metric BALANCE_RESIDUAL =
      Metric.declare(
          "balance_residual",
          Unit.NATS,
          "mean absolute residual of the trajectory balance equation over trained responses. Only"
              + " with `loss: flowrl`");

  /** The metric of β. */
  public static final Metric BETA =
      Metric.declare(
          "beta",
          Unit.NONE,
          "β of the loss, averaged over the step's updates; with `beta: auto`, 7 divided by the"
              + " mean length of the update's responses. Only with `loss: flowrl`");

  /** The variants of the loss: the paper's, and the published code's. */
  public enum Variant {
    /**
     * The importance weight is clipped; log Z reads the whole prompt, and its gradient does not
     * reach the policy.
     */
    PAPER,
    /**
     * The importance weight is not clipped; log Z does not read the prompt's last token, and its
     * gradient reaches the policy; the mean of each micro-batch is multiplied by 9 and divided by
     * the number of the optimizer step's responses, so the result depends on the micro-batch's
     * size.
     */
    RELEASED
  }

  /** The kinds of importance weight. */
  public enum Ratio {
    /** The ratio of the whole response, π_θ(y|x) / π_old(y|x). */
    SEQUENCE,
    /** The |y|-th root of that ratio, which stays within the clip for long responses too. */
    SEQUENCE_MEAN,
    /** No importance weight: it is 1. */
    NONE
  }

  /** Creates the paper's loss with a learned log Z. */
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
    // from a mean residual or a constant, the expected reward says nothing of a prompt
    boolean knowsPrompts = logZ instanceof LogZ.Learned || logZ instanceof Disa;
    return knowsPrompts ? FlowrlLoss.FILLED : Set.of(Column.LOG_Z);
  }

  @Override
  public boolean takesTokenCorrection() {
    return false; // a residual belongs to a whole response
  }
}
