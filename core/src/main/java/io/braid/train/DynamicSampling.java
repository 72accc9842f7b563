package io.braid.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;

/**
 * DAPO's dynamic sampling (Yu et al. 2025, arXiv 2503.14476, section 3.2): groups whose responses
 * all earned the same teach nothing, so others are drawn in their place.
 *
 * @param maxDraws how often a step may draw
 */
public record DynamicSampling(
    @Doc("How often a step may draw prompts_per_step problems before it takes what it has.")
        @Default("10")
        int maxDraws) {
  /** Checks the bound. */
  public DynamicSampling {
    if (maxDraws < 1) {
      throw new UserError("max_draws: must be at least 1, here " + maxDraws);
    }
  }
}
