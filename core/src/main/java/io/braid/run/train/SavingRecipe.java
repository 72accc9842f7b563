package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;

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
    Check.atLeast("checkpoint_every", checkpointEvery, 1);
    Check.atLeast("keep", keep, 1);
    Check.atLeast("samples_every", samplesEvery, 1);
  }
}
