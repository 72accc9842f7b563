package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.flow.FieldSettings;
import io.braid.input.AskingRecipe;
import io.braid.input.FieldsRecipe;
import io.braid.input.Precision;
import io.braid.input.Prompting;
import io.braid.nn.LearningRate;
import io.braid.nn.OptimizerSettings;
import io.braid.text.PromptFormat;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Training of a flow field on right responses, as a recipe states it.
 *
 * @param model the model directory whose latents are learned; it stays as it is
 * @param data questions with right responses
 * @param fields which keys of a data file hold what
 * @param split which split of a data set
 * @param prompt how a question becomes a prompt
 * @param addSpecialTokens whether raw prompts get what the tokenizer adds to any text
 * @param asking what stands around it, and what happens to long prompts
 * @param field what the field is made of
 * @param epochs how often the data are gone through
 * @param batch responses a step
 * @param flowBatchMul times and noises for each token
 * @param validation responses held out
 * @param validateEvery steps between looks at them
 * @param microBatchTokens the most tokens computed at once
 * @param precision what the model is computed with; the field is always float32
 * @param seed of everything that is random
 * @param learningRate the peak
 * @param warmupRatio share of the steps in which the rate rises
 * @param schedule the fall after it
 * @param weightDecay how fast matrices shrink
 * @param clip the gradients' largest global norm
 * @param saving what is written meanwhile
 */
public record FlowTrainRecipe(
    @Doc("A Hugging Face model directory; it stays as it is.") Path model,
    @Doc(
            "Questions with right responses: a data file, or a generated task such as"
                + " countdown:numbers=3.")
        String data,
    FieldsRecipe fields,
    @Doc("The split of a data set that has several: train, test.") Optional<String> split,
    @Doc("How a question becomes a prompt; chat is the model's own template.") @Default("none")
        String prompt,
    @Doc(
            "Raw prompts get the special tokens that the tokenizer adds to any text, such as a BOS;"
                + " a chat template writes its own.")
        @Default("true")
        boolean addSpecialTokens,
    AskingRecipe asking,
    FieldSettings field,
    @Doc("How often the data are gone through.") @Default("2") double epochs,
    @Doc("Responses a step.") @Default("32") int batch,
    @Doc("Times and noises for each token.") @Default("4") int flowBatchMul,
    @Doc("Responses held out to validate with; never more than a tenth.") @Default("256")
        int validation,
    @Doc("Steps between validations.") @Default("50") int validateEvery,
    @Doc("The most tokens computed at once; more cost memory, fewer cost time.") @Default("16384")
        int microBatchTokens,
    @Default("float32") Precision precision,
    @Default("0") long seed,
    @Doc("The peak.") @Default("1e-4") double learningRate,
    @Doc("Share of the steps in which the rate rises.") @Default("0.1") double warmupRatio,
    @Default("cosine") LearningRate.Fall schedule,
    @Doc("Of matrices; vectors never decay.") @Default("0.01") double weightDecay,
    @Doc("Largest global norm of the gradients.") @Default("1.0") double clip,
    SavingRecipe saving) {
  /** Checks the settings. */
  public FlowTrainRecipe {
    Check.atLeast("batch", batch, 1);
    Check.atLeast("flow_batch_mul", flowBatchMul, 1);
    Check.atLeast("validation", validation, 1);
    Check.atLeast("validate_every", validateEvery, 1);
    Check.atLeast("micro_batch_tokens", microBatchTokens, 1);
    Check.above("epochs", epochs, 0, 1e6);
    Check.between("warmup_ratio", warmupRatio, 0, 1);
    optimizer(learningRate, 0, schedule, weightDecay, clip);
  }

  /** How questions become prompts. */
  Prompting prompting() {
    return asking.with(PromptFormat.named(prompt));
  }

  /** How the field moves over so many steps. */
  OptimizerSettings optimizer(int steps) {
    return optimizer(
        learningRate, (int) Math.round(warmupRatio * steps), schedule, weightDecay, clip);
  }

  private static OptimizerSettings optimizer(
      double rate, int warmup, LearningRate.Fall schedule, double decay, double clip) {
    return new OptimizerSettings(rate, warmup, schedule, 0, decay, clip, 0.9, 0.999, 1e-8);
  }
}
