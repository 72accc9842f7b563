package io.braid.run.eval;

import io.braid.eval.suite.Asking;
import io.braid.eval.suite.Suite;
import io.braid.input.Prompting;
import io.braid.task.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A benchmark to evaluate a model on: a suite, or other data.
 *
 * @param name name of the benchmark in results
 * @param suite the suite; absent for other data
 * @param recipe settings of the evaluation
 * @param problems the problems
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
   * @throws io.braid.UserError if they cannot be read
   */
  public static Benchmark read(String name, Optional<Suite> suite, EvaluationRecipe recipe) {
    return new Benchmark(name, suite, recipe, recipe.read());
  }

  /** Returns the name of a benchmark from data: a file's name without extensions, or a task's. */
  public static String name(String data) {
    return String.valueOf(Path.of(data).getFileName()).replaceFirst("(?<=.)[.:].*$", "");
  }

  /**
   * Returns the benchmark without the problems whose prompts are too long for the model, if the
   * recipe allows dropping them.
   *
   * @throws io.braid.UserError if a prompt is too long and the recipe does not allow dropping it
   */
  public Benchmark fitting(EvaluatedModel model) {
    return recipe.prompts().asking().maxPromptTokens().isPresent()
            || recipe.prompts().asking().longPrompts() == Prompting.LongPrompts.DROP
        ? new Benchmark(name, suite, recipe, model.fitting(recipe, problems))
        : this;
  }

  /** Returns the maximum length of a response in tokens if the recipe gives none. */
  public int mostTokens() {
    return suite.isPresent() ? Asking.MOST_TOKENS : MOST_TOKENS;
  }
}
