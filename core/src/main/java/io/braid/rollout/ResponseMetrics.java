package io.braid.rollout;

import io.braid.Metric;
import io.braid.Metric.Unit;

/** Metrics of responses, for training and evaluation. */
public final class ResponseMetrics {
  /** Mean length. */
  public static final Metric RESPONSE_LENGTH =
      Metric.declare(
          "response_length",
          Unit.TOKENS,
          "mean number of tokens of a response; of a service, as it counts them");

  /** Fraction of responses that reached the limit. */
  public static final Metric TRUNCATED_FRAC =
      Metric.declare(
          "truncated_frac",
          Unit.FRACTION,
          "fraction of responses that were cut off at `max_new_tokens`");

  private ResponseMetrics() {}
}
