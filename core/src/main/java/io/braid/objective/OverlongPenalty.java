package io.braid.objective;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;

/**
 * DAPO's soft overlong punishment (Yu et al. 2025, arXiv 2503.14476, eq. 13): the reward of a
 * response near the length limit decreases linearly with its length.
 *
 * <p>−penaltyFactor · max(0, length − (limit − bufferTokens)) / bufferTokens
 *
 * @param bufferTokens number of tokens before the limit over which the penalty grows
 * @param penaltyFactor the penalty at the limit
 */
public record OverlongPenalty(
    @Doc("The number of tokens before max_new_tokens over which the penalty grows.")
        int bufferTokens,
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
   * Returns the number to add to a response's reward, 0 or less.
   *
   * @param length length of the response, in tokens
   * @param limit maximum length of a response, in tokens
   */
  public double of(int length, int limit) {
    double over = length - (limit - bufferTokens);
    return over <= 0 ? 0 : -penaltyFactor * over / bufferTokens;
  }
}
