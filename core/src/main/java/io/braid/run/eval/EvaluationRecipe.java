package io.braid.run.eval;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import io.braid.input.AskingRecipe;
import io.braid.input.DataSource;
import io.braid.input.FieldsRecipe;
import io.braid.input.Prompting;
import io.braid.rollout.SamplingSettings;
import io.braid.task.Problem;
import io.braid.task.Split;
import io.braid.task.Where;
import io.braid.text.PromptFormat;
import io.braid.verify.VerifierSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model is measured, as a recipe states it.
 *
 * @param data the problems
 * @param fields which keys of a data file hold what
 * @param split which split of a data set
 * @param problems only the first so many
 * @param prompt how a question becomes a prompt
 * @param addSpecialTokens whether raw prompts get what the tokenizer adds to any text
 * @param asking what stands around it, and what happens to long prompts
 * @param verifier how responses are judged
 * @param samples responses a problem
 * @param temperature what the logits are divided by
 * @param topP the share of probability that is kept
 * @param topK how many tokens are kept
 * @param maxNewTokens a response ends after this many
 */
public record EvaluationRecipe(
    @Doc("A data file, or a generated task (its test split).") String data,
    FieldsRecipe fields,
    @Doc("The split of a data set that has several: train, test.") Optional<String> split,
    @Doc("Only the first so many problems; else all.") Optional<Integer> problems,
    @Doc("How a question becomes a prompt; chat is the model's own template.") @Default("none")
        String prompt,
    @Doc(
            "Raw prompts get the special tokens that the tokenizer adds to any text, such as a BOS;"
                + " a chat template writes its own.")
        @Default("true")
        boolean addSpecialTokens,
    AskingRecipe asking,
    @Doc("How responses are judged.") @Default("{type: rule, strictness: lenient}")
        VerifierSettings verifier,
    @Doc("Responses to each problem.") @Default("16") int samples,
    @Doc("0 takes the likeliest token.") @Default("1.0") double temperature,
    @Doc("1 keeps every token.") @Default("1.0") double topP,
    @Doc("0 keeps every token.") @Default("0") int topK,
    @Doc("Else what the context leaves, at most 1024; for suites 8192.")
        Optional<Integer> maxNewTokens) {
  /** All of what has one split only, asked as it is. */
  public EvaluationRecipe(
      String data,
      FieldsRecipe fields,
      Optional<Integer> problems,
      String prompt,
      boolean addSpecialTokens,
      VerifierSettings verifier,
      int samples,
      double temperature,
      double topP,
      int topK,
      Optional<Integer> maxNewTokens) {
    this(
        data,
        fields,
        Optional.empty(),
        problems,
        prompt,
        addSpecialTokens,
        AskingRecipe.PLAIN,
        verifier,
        samples,
        temperature,
        topP,
        topK,
        maxNewTokens);
  }

  /** Checks what can be checked without a model. */
  public EvaluationRecipe {
    Check.atLeast("problems", problems, 1);
    asking.with(PromptFormat.named(prompt));
    settings(samples, temperature, topP, topK, maxNewTokens.orElse(1), List.of(), List.of());
  }

  /**
   * Reads or makes the problems.
   *
   * @throws UserError when that cannot be
   */
  List<Problem> read() {
    return new DataSource(
            data, fields.fields().worded(asking.wording()), new Where(Map.of(), split))
        .problems(Split.TEST, problems.map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }

  /** How questions become prompts. */
  Prompting prompting() {
    return asking.with(PromptFormat.named(prompt));
  }

  /** How to sample once the model is known. */
  SamplingSettings settings(int mostTokens, List<Long> stopIds) {
    return settings(
        samples,
        temperature,
        topP,
        topK,
        mostTokens,
        stopIds,
        PromptFormat.named(prompt).stop().stream().toList());
  }

  private static SamplingSettings settings(
      int samples,
      double temperature,
      double topP,
      int topK,
      int mostTokens,
      List<Long> stopIds,
      List<String> stops) {
    return new SamplingSettings(samples, temperature, topP, topK, 0, mostTokens, stopIds, stops);
  }
}
