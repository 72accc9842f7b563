package io.braid.run;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.loss.LossSettings;
import io.braid.train.OptimizerSettings;
import io.braid.train.PolicyTrainer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reinforcement learning, as a recipe states it.
 *
 * @param model the model directory to begin from
 * @param reference π_ref; the beginning when absent
 * @param data the problems
 * @param fields which keys of a data file hold what
 * @param prompt how a question becomes a prompt
 * @param steps rollouts
 * @param promptsPerStep problems a rollout
 * @param miniBatches optimizer steps a rollout
 * @param microBatchTokens the most tokens computed at once
 * @param precision what the weights are computed with
 * @param seed of everything that is random
 * @param rollout how responses are sampled
 * @param advantage how rewards become advantages
 * @param loss what is descended
 * @param optimizer how the weights move
 * @param saving what is written meanwhile
 */
public record TrainRecipe(
    @Doc("A Hugging Face model directory.") Path model,
    @Doc(
            "The frozen model that a kl term or trajectory balance compares with; else where training begins.")
        Optional<Path> reference,
    @Doc("A .jsonl, .json or .parquet file, or a generated task such as countdown:numbers=3.")
        String data,
    FieldsRecipe fields,
    @Doc("How a question becomes a prompt; chat is the model's own template.") @Default("none")
        String prompt,
    int steps,
    @Doc("Problems a step.") @Default("32") int promptsPerStep,
    @Doc("Optimizer steps a rollout.") @Default("1") int miniBatches,
    @Doc("The most tokens computed at once; more cost memory, fewer cost time.") @Default("16384")
        int microBatchTokens,
    @Default("float32") Precision precision,
    @Default("0") long seed,
    RolloutRecipe rollout,
    @Default("group-normalized") AdvantageEstimator advantage,
    @Default("clipped-surrogate") LossSettings loss,
    OptimizerSettings optimizer,
    SavingRecipe saving) {
  /** Checks the settings, and that they go together. */
  public TrainRecipe {
    if (rollout.samples() < advantage.smallestGroup()) {
      throw new UserError(
          "rollout.samples: a group of %d is too small: this advantage compares the responses to one prompt, so use at least %d"
              .formatted(rollout.samples(), advantage.smallestGroup()));
    }
    trainerSettings(steps, promptsPerStep, miniBatches, microBatchTokens, seed, rollout, optimizer);
  }

  PolicyTrainer.Settings trainerSettings() {
    return trainerSettings(
        steps, promptsPerStep, miniBatches, microBatchTokens, seed, rollout, optimizer);
  }

  private static PolicyTrainer.Settings trainerSettings(
      int steps,
      int promptsPerStep,
      int miniBatches,
      int microBatchTokens,
      long seed,
      RolloutRecipe rollout,
      OptimizerSettings optimizer) {
    return new PolicyTrainer.Settings(
        steps,
        promptsPerStep,
        miniBatches,
        microBatchTokens,
        rollout.temperature(),
        seed,
        optimizer);
  }
}
