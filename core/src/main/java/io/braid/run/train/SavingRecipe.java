package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;

/**
 * What a run writes while it goes on.
 *
 * @param checkpointEvery steps between checkpoints
 * @param keep checkpoints kept
 * @param samplesEvery steps between samples
 */
public record SavingRecipe(
    @Doc("Steps between checkpoints.") @Default("50") int checkpointEvery,
    @Doc("How many of the newest checkpoints stay.") @Default("2") int keep,
    @Doc("Steps between written samples.") @Default("20") int samplesEvery) {
  /** Checks the settings. */
  public SavingRecipe {
    if (checkpointEvery < 1) {
      throw new UserError("checkpoint_every: must be at least 1, here " + checkpointEvery);
    }
    if (keep < 1) {
      throw new UserError("keep: must be at least 1, here " + keep);
    }
    if (samplesEvery < 1) {
      throw new UserError("samples_every: must be at least 1, here " + samplesEvery);
    }
  }
}
