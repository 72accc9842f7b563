package io.braid.input;

import io.braid.Default;
import io.braid.Doc;
import io.braid.text.PromptFormat;

/**
 * Settings for turning questions into prompts.
 *
 * @param prompt the name of the prompt format
 * @param addSpecialTokens whether raw prompts get the special tokens that the tokenizer adds
 * @param asking the text around the question, and what to do with long prompts
 */
public record PromptRecipe(
    @Doc("The prompt format; chat is the model's own chat template.") @Default("none")
        String prompt,
    @Doc(
            "Whether raw prompts get the special tokens that the tokenizer adds to any text, such"
                + " as a BOS; a chat template writes its own.")
        @Default("true")
        boolean addSpecialTokens,
    AskingRecipe asking) {
  /** Checks that the format exists and supports the settings. */
  public PromptRecipe {
    asking.with(PromptFormat.named(prompt));
  }

  /** Returns a format with default settings. */
  public static PromptRecipe of(String prompt) {
    return new PromptRecipe(prompt, true, AskingRecipe.PLAIN);
  }

  /** Creates the prompting from these settings. */
  public Prompting prompting() {
    return asking.with(format());
  }

  /** Returns the prompt format. */
  public PromptFormat format() {
    return PromptFormat.named(prompt);
  }
}
