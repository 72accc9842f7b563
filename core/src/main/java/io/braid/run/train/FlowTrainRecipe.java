package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.MayChangeOnResume;
import io.braid.SettingError;
import io.braid.flow.FieldSettings;
import io.braid.input.DataRecipe;
import io.braid.input.Precision;
import io.braid.input.PromptRecipe;
import io.braid.nn.LearningRate;
import io.braid.nn.OptimizerSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A recipe for training a flow field on correct responses.
 *
 * @param model the model directory whose hidden states the field learns; it is not changed
 * @param adapter low-rank adapters to merge into the model
 * @param source questions with correct responses
 * @param prompts how questions become prompts
 * @param field the architecture of the field
 * @param epochs the number of passes over the data
 * @param batchSize responses per step
 * @param flowBatchMul samples of time and noise per token
 * @param validation the number of responses held out for validation
 * @param validateEverySteps steps between validations
 * @param compute settings of the model's computations; the field is always float32
 * @param seed seed of all random numbers
 * @param learningRate the peak learning rate
 * @param warmupRatio the fraction of the steps in which the learning rate rises
 * @param lrSchedule how the learning rate falls after that
 * @param weightDecay the weight decay of matrices
 * @param maxGradNorm the largest global norm of the gradients
 * @param saving what the run writes and how often
 */
public record FlowTrainRecipe(
    @Doc("A Hugging Face model directory; it is not changed.") Path model,
    @Doc("A directory of adapters in PEFT's format, which are merged into the model in float32.")
        Optional<Path> adapter,
    @Inline DataRecipe source,
    @Inline PromptRecipe prompts,
    FieldSettings field,
    @Doc("Passes over the data.") @Default("2") double epochs,
    @Doc("Responses per step.") @Default("32") int batchSize,
    @Doc("Samples of time and noise per token.") @Default("4") int flowBatchMul,
    @Doc("Responses held out for validation; at most a tenth of all.") @Default("256")
        int validation,
    @Doc("Steps between validations.") @Default("50") int validateEverySteps,
    @Inline ComputeRecipe compute,
    @Default("0") long seed,
    @Doc("The peak learning rate.") @Default("1e-4") double learningRate,
    @Doc("The fraction of the steps in which the learning rate rises.") @Default("0.1")
        double warmupRatio,
    @Default("cosine") LearningRate.Fall lrSchedule,
    @Doc("The weight decay of matrices; vectors never decay.") @Default("0.01") double weightDecay,
    @Doc("The largest global norm of the gradients.") @Default("1.0") double maxGradNorm,
    @MayChangeOnResume SavingRecipe saving) {
  /** Checks the settings. */
  public FlowTrainRecipe {
    if (adapter.isPresent() && compute.precision() != Precision.FLOAT32) {
      throw new SettingError(
          "adapter", "is merged in float32; remove precision, or merge it with braid model merge");
    }
    Check.atLeast("batch_size", batchSize, 1);
    Check.atLeast("flow_batch_mul", flowBatchMul, 1);
    Check.atLeast("validation", validation, 1);
    Check.atLeast("validate_every_steps", validateEverySteps, 1);
    Check.above("epochs", epochs, 0, 1e6);
    Check.between("warmup_ratio", warmupRatio, 0, 1);
    optimizer(learningRate, 0, lrSchedule, weightDecay, maxGradNorm);
  }

  /** Returns the settings of the field's optimizer for a number of steps. */
  OptimizerSettings optimizer(int steps) {
    return optimizer(
        learningRate, (int) Math.round(warmupRatio * steps), lrSchedule, weightDecay, maxGradNorm);
  }

  private static OptimizerSettings optimizer(
      double rate, int warmup, LearningRate.Fall lrSchedule, double decay, double maxGradNorm) {
    return new OptimizerSettings(rate, warmup, lrSchedule, 0, decay, maxGradNorm, 0.9, 0.999, 1e-8);
  }
}
