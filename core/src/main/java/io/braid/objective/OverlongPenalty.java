package io.braid.objective;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;

/**
 * DAPO's soft overlong punishment (Yu et al. 2025, arXiv 2503.14476, eq. 13): a response that comes
 * near the length limit loses reward, linearly, instead of being cut off without warning.
 *
 * <p>−factor · max(0, length − (limit − buffer)) / buffer
 *
 * @param buffer tokens before the limit in which the penalty grows
 * @param factor the penalty at the limit
 */
public record OverlongPenalty(
    @Doc("Tokens before max_new_tokens in which the penalty grows.") int buffer,
    @Doc("The penalty at max_new_tokens.") @Default("1.0") double factor) {
  /** Checks the settings. */
  public OverlongPenalty {
    if (buffer < 1) {
      throw new SettingError("buffer", "must be at least 1 token, got " + buffer);
    }
    if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new SettingError("factor", "must be above 0 and finite, got " + factor);
    }
  }

  /**
   * What is added to a response's reward: 0 or less.
   *
   * @param length its tokens
   * @param limit the most tokens that a response may have
   */
  public double of(int length, int limit) {
    double over = length - (limit - buffer);
    return over <= 0 ? 0 : -factor * over / buffer;
  }
}
