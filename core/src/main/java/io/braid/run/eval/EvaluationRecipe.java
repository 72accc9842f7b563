package io.braid.run.eval;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.UserError;
import io.braid.input.DataRecipe;
import io.braid.input.PromptRecipe;
import io.braid.input.Prompting;
import io.braid.rollout.SamplingSettings;
import io.braid.task.Problem;
import io.braid.task.Split;
import io.braid.verify.VerifierSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A recipe for evaluating a model.
 *
 * @param source the problems
 * @param problems the number of problems to use, from the first
 * @param prompts how questions become prompts
 * @param verifier how responses are judged
 * @param samples responses per problem
 * @param temperature the sampling temperature; 0 is greedy
 * @param topP the probability mass to keep
 * @param topK number of most likely tokens to keep; 0 keeps all
 * @param maxNewTokens maximum length of a response, in tokens
 * @param judge the judge of suites that need one
 */
public record EvaluationRecipe(
    @Inline DataRecipe source,
    @Doc("Use only this number of problems, from the first; by default all.")
        Optional<Integer> problems,
    @Inline PromptRecipe prompts,
    @Doc("How responses are judged.") @Default("{type: rule, strictness: lenient}")
        VerifierSettings verifier,
    @Doc("Responses per problem.") @Default("16") int samples,
    @Doc("The sampling temperature; 0 is greedy decoding.") @Default("1.0") double temperature,
    @Doc("Nucleus sampling: the probability mass to keep; 1 keeps every token.") @Default("1.0")
        double topP,
    @Doc("How many of the most likely tokens to keep; 0 keeps every token.") @Default("0") int topK,
    @Doc(
            "The longest response, in tokens; by default what the context leaves, at most 1024, or"
                + " 8192 for suites.")
        Optional<Integer> maxNewTokens,
    @Doc("The judge of suites that need one.") Optional<SuiteJudge> judge) {
  /** Checks what can be checked without a model. */
  public EvaluationRecipe {
    Check.atLeast("problems", problems, 1);
    settings(samples, temperature, topP, topK, maxNewTokens.orElse(1), List.of(), List.of());
  }

  /** Creates settings without a judge. */
  public EvaluationRecipe(
      DataRecipe source,
      Optional<Integer> problems,
      PromptRecipe prompts,
      VerifierSettings verifier,
      int samples,
      double temperature,
      double topP,
      int topK,
      Optional<Integer> maxNewTokens) {
    this(
        source,
        problems,
        prompts,
        verifier,
        samples,
        temperature,
        topP,
        topK,
        maxNewTokens,
        Optional.empty());
  }

  /** Returns the same settings with a judge. */
  public EvaluationRecipe judgedBy(Optional<SuiteJudge> other) {
    return new EvaluationRecipe(
        source, problems, prompts, verifier, samples, temperature, topP, topK, maxNewTokens, other);
  }

  /**
   * Reads or generates the problems.
   *
   * @throws UserError if that is not possible
   */
  List<Problem> read() {
    return source
        .source(prompts.asking())
        .problems(Split.TEST, problems.map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }

  /** Returns the settings that turn questions into prompts. */
  Prompting prompting() {
    return prompts.prompting();
  }

  /** Returns the sampling settings for a model. */
  SamplingSettings settings(int mostTokens, List<Long> stopIds) {
    return settings(
        samples,
        temperature,
        topP,
        topK,
        mostTokens,
        stopIds,
        prompts.format().stop().stream().toList());
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
