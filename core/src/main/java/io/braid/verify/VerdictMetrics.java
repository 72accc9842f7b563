package io.braid.verify;

import io.braid.Metric;
import io.braid.Metric.Unit;

/** Metrics of verdicts, for training and evaluation. */
public final class VerdictMetrics {
  /** Mean reward. */
  public static final Metric REWARD =
      Metric.declare("reward", Unit.REWARD, "mean reward that the verifier gave a response");

  /** Fraction of correct responses. */
  public static final Metric ACCURACY =
      Metric.declare("accuracy", Unit.FRACTION, "fraction of responses that are correct");

  /** Fraction of responses that could not be judged. */
  public static final Metric UNKNOWN_FRAC =
      Metric.declare(
          "unknown_frac",
          Unit.FRACTION,
          "fraction of responses that could not be judged ([rewards.md](rewards.md#unknown)); in"
              + " evaluations absent if all could");

  /** Fraction of cut-off responses whose answer did not count. */
  public static final Metric UNANNOUNCED_FRAC =
      Metric.declare(
          "truncated_unannounced_frac",
          Unit.FRACTION,
          "fraction of responses that were cut off at `max_new_tokens` and contain an answer that"
              + " they do not announce, which earns nothing"
              + " ([rewards.md](rewards.md#cut-off-responses))");

  private VerdictMetrics() {}
}
