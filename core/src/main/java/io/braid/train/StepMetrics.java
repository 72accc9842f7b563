package io.braid.train;

import io.braid.Metric;
import io.braid.Metric.Unit;

/**
 * Metrics that all kinds of training steps report. Losses, token signals and other components
 * declare their own metrics.
 */
public final class StepMetrics {
  // Training

  /** The loss. */
  public static final Metric LOSS =
      Metric.declare(
          "loss",
          Unit.NONE,
          "the loss, averaged over the step's updates; a response that is left out adds 0. Absent"
              + " if the step trained on no response");

  /** The loss on held-out responses. */
  public static final Metric VALIDATION_LOSS =
      Metric.declare(
          "validation_loss",
          Unit.NONE,
          "`flow train`: the loss on the held-out responses; only every `validate_every_steps`"
              + " steps");

  /** Norm of the gradient. */
  public static final Metric GRAD_NORM =
      Metric.declare(
          "grad_norm",
          Unit.NONE,
          "norm of the gradient before clipping, averaged over the updates with at least one"
              + " trained response. Absent if there was none");

  /** The learning rate. */
  public static final Metric LEARNING_RATE =
      Metric.declare(
          "learning_rate",
          Unit.NONE,
          "learning rate of the step's last update. Absent while the policy waits for the critic or"
              + " the flow field");

  /** Updates that were skipped. */
  public static final Metric SKIPPED_UPDATES =
      Metric.declare(
          "skipped_updates",
          Unit.COUNT,
          "updates so far that were skipped because a gradient was not finite");

  /** Tokens of the step. */
  public static final Metric TOKENS =
      Metric.declare(
          "tokens",
          Unit.TOKENS,
          "tokens of all responses; in supervised training, the trained tokens");

  /** Tokens that the policy's loss was computed on. */
  public static final Metric TRAINED_TOKENS =
      Metric.declare(
          "trained_tokens",
          Unit.TOKENS,
          "tokens on which the policy's loss was computed. A clipped surrogate without a KL term"
              + " leaves out groups whose responses all got the same reward; at 0 the step had no"
              + " learning signal");

  /** Consecutive steps without a learning signal. */
  public static final Metric IDLE_STEPS =
      Metric.declare(
          "idle_steps",
          Unit.COUNT,
          "consecutive steps, up to this one, without a learning signal (`stop_after_idle_steps`)");

  // The policy

  /** The policy's entropy. */
  public static final Metric ENTROPY =
      Metric.declare(
          "entropy",
          Unit.NATS,
          "entropy of the policy's next-token distribution before the step's first update, averaged"
              + " over all response tokens");

  /** Mean distance of the rollout's log-probabilities from the trainer's. */
  public static final Metric MISMATCH_MEAN =
      Metric.declare(
          "mismatch_mean",
          Unit.NATS,
          "mean of \\|log π_old − log π_rollout\\| over the sampled tokens. Rows without a gradient"
              + " are left out if rollouts match training to the bit. Absent if no token is left");

  /** Largest distance of the rollout's log-probabilities from the trainer's. */
  public static final Metric MISMATCH_MAX =
      Metric.declare(
          "mismatch_max",
          Unit.NATS,
          "largest \\|log π_old − log π_rollout\\| over the same tokens as in `mismatch_mean`");

  /** Mean distance of the rollout's log-probabilities of whole responses from the trainer's. */
  public static final Metric MISMATCH_RESPONSE =
      Metric.declare(
          "mismatch_response",
          Unit.NATS,
          "mean of \\|log π_old(y) − log π_rollout(y)\\| over the responses y of these tokens, each"
              + " the sum over its sampled tokens. At 1, the two policies give a response"
              + " probabilities that differ by a factor of e");

  // The critic

  /** The critic's loss. */
  public static final Metric VALUE_LOSS =
      Metric.declare(
          "value_loss",
          Unit.NONE,
          "the critic's loss, averaged over its updates. Only with a critic");

  /** Fraction of the returns' variance that the critic predicted. */
  public static final Metric EXPLAINED_VARIANCE =
      Metric.declare(
          "explained_variance",
          Unit.FRACTION,
          "1 − Var(return − value) / Var(return): the fraction of the returns' variance that the"
              + " critic predicted. Absent without a critic, or if all returns are the same");

  /** The critic's updates that were skipped. */
  public static final Metric CRITIC_SKIPPED_UPDATES =
      Metric.declare(
          "critic_skipped_updates",
          Unit.COUNT,
          "the critic's updates so far that were skipped because a gradient was not finite. Only"
              + " with a critic");

  // Time

  /** Time of the whole step. */
  public static final Metric STEP_SECONDS = seconds("step_seconds", "time of the whole step");

  /** Time of sampling. */
  public static final Metric ROLLOUT_SECONDS =
      seconds(
          "rollout_seconds",
          "time spent waiting for responses, without the rest of their verification"
              + " (`verify_seconds`)");

  /** Time of verification after the last response was sampled. */
  public static final Metric VERIFY_SECONDS =
      seconds("verify_seconds", "time spent verifying responses after the last one was sampled");

  /** Time to copy the weights for sampling. */
  public static final Metric WEIGHT_SYNC_SECONDS =
      seconds(
          "weight_sync_seconds",
          "time spent copying the policy's weights for sampling. Only with `staleness` or other"
              + " `rollout.weights`");

  /** Time of the passes before the first update. */
  public static final Metric MEASURE_SECONDS =
      seconds(
          "measure_seconds",
          "time of the passes before the first update: log π_old, log π_ref, values, hidden states."
              + " Absent if none was needed");

  /** Time spent training the critic. */
  public static final Metric CRITIC_SECONDS =
      seconds("critic_seconds", "time spent training the critic. Only with a critic");

  /** Time of the policy's training. */
  public static final Metric TRAIN_SECONDS =
      seconds(
          "train_seconds",
          "time spent training the policy; forward, backward and optimizer are parts of it");

  /** Time of the policy's forward passes. */
  public static final Metric FORWARD_SECONDS =
      seconds("forward_seconds", "time of the policy's forward passes and losses in training");

  /** Time of the policy's backward passes. */
  public static final Metric BACKWARD_SECONDS =
      seconds("backward_seconds", "time of the policy's backward passes");

  /** Time of the policy's optimizer. */
  public static final Metric OPTIMIZER_SECONDS =
      seconds("optimizer_seconds", "time of the policy's optimizer steps");

  /** Time of the validation. */
  public static final Metric VALIDATION_SECONDS =
      seconds("validation_seconds", "time of the validation. Only with `validation_loss`");

  /** Time of saving a checkpoint. */
  public static final Metric SAVING_SECONDS =
      seconds(
          "saving_seconds",
          "time spent saving the checkpoint after the step before, which is not part of"
              + " `step_seconds`. Absent if none was saved");

  private StepMetrics() {}

  private static Metric seconds(String name, String meaning) {
    return Metric.declare(name, Unit.SECONDS, meaning);
  }
}
