package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.MayChangeOnResume;
import io.braid.MayChangeOnResume.Effect;
import io.braid.input.DataRecipe;
import io.braid.input.PromptRecipe;
import io.braid.nn.OptimizerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A recipe for supervised fine-tuning (SFT).
 *
 * @param model the model directory to start from
 * @param source the examples to learn
 * @param prompts how questions become prompts
 * @param steps the number of optimizer steps
 * @param batchSize examples per step
 * @param adapter low-rank adapters to train instead of the weights
 * @param compute settings of the forward and backward passes
 * @param seed seed of all random numbers
 * @param optimizer the optimizer and the learning rate schedule
 * @param evaluation the evaluations on held-out problems during the run
 * @param saving what the run writes, and how often
 */
public record SftRecipe(
    @Doc("A Hugging Face model directory.") Path model,
    @Inline DataRecipe source,
    @Inline PromptRecipe prompts,
    @MayChangeOnResume(Effect.LENGTH) @Doc("Optimizer steps.") int steps,
    @Doc("Examples per step.") @Default("32") int batchSize,
    @Doc("Train low-rank adapters (LoRA) instead of all weights.") Optional<AdapterRecipe> adapter,
    @Inline BackwardRecipe compute,
    @Default("0") long seed,
    OptimizerSettings optimizer,
    @MayChangeOnResume @Doc("Evaluate on held-out problems during the run.")
        Optional<HeldOutRecipe> evaluation,
    @MayChangeOnResume SavingRecipe saving)
    implements RunLength {
  /** Checks the settings. */
  public SftRecipe {
    Check.atLeast("steps", steps, 1);
    Check.atLeast("batch_size", batchSize, 1);
  }

  @Override
  public List<String> schedules() {
    return RunLength.schedules("optimizer", optimizer);
  }
}
