package io.braid.run.eval;

import io.braid.eval.suite.Asking;
import io.braid.eval.suite.Suite;
import io.braid.input.Prompting;
import io.braid.task.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Something to measure a model on: a suite, or any other data.
 *
 * @param name by which its results are known
 * @param suite the suite that it is, if one
 * @param recipe how it is asked
 * @param problems its problems
 */
public record Benchmark(
    String name, Optional<Suite> suite, EvaluationRecipe recipe, List<Problem> problems) {
  private static final int MOST_TOKENS = 1024;

  /** Copies the list. */
  public Benchmark {
    problems = List.copyOf(problems);
  }

  /**
   * Reads the problems that a recipe names.
   *
   * @throws io.braid.UserError when that cannot be
   */
  public static Benchmark read(String name, Optional<Suite> suite, EvaluationRecipe recipe) {
    return new Benchmark(name, suite, recipe, recipe.read());
  }

  /**
   * Without the problems that a model cannot be asked, where the recipe lets them be left out.
   *
   * @throws io.braid.UserError when a prompt is too long, where these are refused
   */
  public Benchmark fitting(EvaluatedModel model) {
    return recipe.prompts().asking().maxPromptTokens().isPresent()
            || recipe.prompts().asking().longPrompts() == Prompting.LongPrompts.DROP
        ? new Benchmark(name, suite, recipe, model.fitting(recipe, problems))
        : this;
  }

  /** How long responses may be where nothing is said, in tokens. */
  int mostTokens() {
    return suite.isPresent() ? Asking.MOST_TOKENS : MOST_TOKENS;
  }
}
