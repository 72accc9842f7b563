package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.input.AskingRecipe;
import io.braid.input.FieldsRecipe;
import io.braid.input.Precision;
import io.braid.input.Prompting;
import io.braid.nn.OptimizerSettings;
import io.braid.task.Condition;
import io.braid.text.PromptFormat;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Supervised fine-tuning, as a recipe states it.
 *
 * @param model the model directory to begin from
 * @param data what to learn from
 * @param fields which keys of a data file hold what
 * @param where which records of a data file are taken
 * @param split which split of a data set
 * @param prompt how a question becomes a prompt
 * @param addSpecialTokens whether raw prompts get what the tokenizer adds to any text
 * @param asking what stands around it, and what happens to long prompts
 * @param steps optimizer steps
 * @param batch examples a step
 * @param microBatchTokens the most tokens computed at once
 * @param checkpointLayers whether layers are computed again on the way back
 * @param precision what the weights are computed with
 * @param seed of everything that is random
 * @param optimizer how the weights move
 * @param saving what is written meanwhile
 */
public record SftRecipe(
    @Doc("A Hugging Face model directory.") Path model,
    @Doc("A data file or directory, or a generated task such as countdown:numbers=3.") String data,
    FieldsRecipe fields,
    @Doc("Which records of a file are taken, such as {difficulty: '>=3'}.") @Default("{}")
        Map<String, Condition> where,
    @Doc("The split of a data set that has several: train, test.") Optional<String> split,
    @Doc("How a question becomes a prompt; chat is the model's own template.") @Default("none")
        String prompt,
    @Doc(
            "Raw prompts get the special tokens that the tokenizer adds to any text, such as a BOS;"
                + " a chat template writes its own.")
        @Default("true")
        boolean addSpecialTokens,
    AskingRecipe asking,
    int steps,
    @Doc("Examples a step.") @Default("32") int batch,
    @Doc("The most tokens computed at once; more cost memory, fewer cost time.") @Default("16384")
        int microBatchTokens,
    @Doc(
            "Keep only each layer's input until the way back, which computes the layer again: less"
                + " memory, more time, the same gradients.")
        @Default("false")
        boolean checkpointLayers,
    @Default("float32") Precision precision,
    @Default("0") long seed,
    OptimizerSettings optimizer,
    SavingRecipe saving) {
  /** Checks the settings. */
  public SftRecipe {
    Check.atLeast("steps", steps, 1);
    Check.atLeast("batch", batch, 1);
    Check.atLeast("micro_batch_tokens", microBatchTokens, 1);
  }

  /** How questions become prompts. */
  Prompting prompting() {
    return asking.with(PromptFormat.named(prompt));
  }
}
