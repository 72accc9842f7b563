package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.input.Precision;

/**
 * How a recipe computes with a model.
 *
 * @param microBatchTokens how many tokens are computed at once at most
 * @param precision the precision that the model is computed in
 */
public record ComputeRecipe(
    @Doc("How many tokens are computed at once at most; more need memory, fewer need time.")
        @Default("16384")
        int microBatchTokens,
    @Doc("float32 or bfloat16; the optimizer's master weights are always float32.")
        @Default("float32")
        Precision precision) {
  /** Checks the settings. */
  public ComputeRecipe {
    Check.atLeast("micro_batch_tokens", microBatchTokens, 1);
  }
}
