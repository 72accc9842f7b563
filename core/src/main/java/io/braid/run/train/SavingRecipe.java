package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;

/**
 * Settings that say what a run writes and how often.
 *
 * @param checkpointEverySteps steps between checkpoints
 * @param keep the number of checkpoints to keep
 * @param samplesEverySteps steps between files of samples
 */
public record SavingRecipe(
    @Doc("Steps between checkpoints.") @Default("50") int checkpointEverySteps,
    @Doc("The number of checkpoints to keep, the newest ones.") @Default("2") int keep,
    @Doc("Steps between files of sampled responses.") @Default("20") int samplesEverySteps) {
  /** Checks the settings. */
  public SavingRecipe {
    Check.atLeast("checkpoint_every_steps", checkpointEverySteps, 1);
    Check.atLeast("keep", keep, 1);
    Check.atLeast("samples_every_steps", samplesEverySteps, 1);
  }
}
