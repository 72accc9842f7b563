package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.MayChangeOnResume;
import io.braid.MayChangeOnResume.Effect;
import io.braid.input.Precision;

/**
 * Settings of a model's computations.
 *
 * @param microBatchTokens maximum number of tokens in a micro-batch
 * @param precision precision of the model's computations
 */
public record ComputeRecipe(
    @MayChangeOnResume(Effect.ROUNDING)
        @Doc(
            "The maximum number of tokens in a micro-batch; larger values need more memory, smaller"
                + " values more time.")
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
