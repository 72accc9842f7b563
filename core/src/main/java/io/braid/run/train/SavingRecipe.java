package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.Optional;

/**
 * Settings that say what a run writes and how often.
 *
 * @param checkpointEverySteps steps between checkpoints
 * @param keep the number of checkpoints to keep
 * @param samplesEverySteps steps between files of samples
 * @param mlflow the MLflow tracking server that receives the metrics too
 */
public record SavingRecipe(
    @Doc("Steps between checkpoints.") @Default("50") int checkpointEverySteps,
    @Doc("The number of checkpoints to keep, the newest ones.") @Default("2") int keep,
    @Doc("Steps between files of sampled responses.") @Default("20") int samplesEverySteps,
    @Doc("Send the metrics to an MLflow tracking server too.") Optional<MlflowRecipe> mlflow) {
  /** Checks the settings. */
  public SavingRecipe {
    Check.atLeast("checkpoint_every_steps", checkpointEverySteps, 1);
    Check.atLeast("keep", keep, 1);
    Check.atLeast("samples_every_steps", samplesEverySteps, 1);
  }
}
