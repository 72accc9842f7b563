package io.braid.objective;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;

/**
 * DAPO's soft overlong punishment (Yu et al. 2025, arXiv 2503.14476, eq. 13): a response that comes
 * near the length limit loses reward, linearly, instead of being cut off without warning.
 *
 * <p>−penaltyFactor · max(0, length − (limit − bufferTokens)) / bufferTokens
 *
 * @param bufferTokens tokens before the limit in which the penalty grows
 * @param penaltyFactor the penalty at the limit
 */
public record OverlongPenalty(
    @Doc("Tokens before max_new_tokens in which the penalty grows.") int bufferTokens,
    @Doc("The penalty at max_new_tokens.") @Default("1.0") double penaltyFactor) {
  /** Checks the settings. */
  public OverlongPenalty {
    if (bufferTokens < 1) {
      throw new SettingError("buffer_tokens", "must be at least 1 token, got " + bufferTokens);
    }
    if (!(penaltyFactor > 0 && penaltyFactor < Double.POSITIVE_INFINITY)) {
      throw new SettingError("penalty_factor", "must be above 0 and finite, got " + penaltyFactor);
    }
  }

  /**
   * What is added to a response's reward: 0 or less.
   *
   * @param length its tokens
   * @param limit the most tokens that a response may have
   */
  public double of(int length, int limit) {
    double over = length - (limit - bufferTokens);
    return over <= 0 ? 0 : -penaltyFactor * over / bufferTokens;
  }
}
