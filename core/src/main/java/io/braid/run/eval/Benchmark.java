package io.braid.run.eval;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.eval.Evaluation;
import io.braid.eval.suite.Asking;
import io.braid.eval.suite.Suite;
import io.braid.eval.suite.vision.VisionProblems;
import io.braid.eval.suite.vision.VisionSuite;
import io.braid.input.DataRecipe;
import io.braid.input.Prompting;
import io.braid.task.Problem;
import io.braid.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A benchmark to evaluate a model on: a suite, or other data.
 *
 * @param name name of the benchmark in results
 * @param suite the suite; absent for other data
 * @param recipe settings of the evaluation
 * @param problems the problems
 * @param vision the problems of a suite with images, with what scores responses to them
 */
public record Benchmark(
    String name,
    Optional<Suite> suite,
    EvaluationRecipe recipe,
    List<Problem> problems,
    Optional<VisionProblems> vision) {
  private static final int MOST_TOKENS = 1024;

  /** Copies the list. */
  public Benchmark {
    problems = List.copyOf(problems);
  }

  /** Creates a benchmark that is not a suite with images. */
  public Benchmark(
      String name, Optional<Suite> suite, EvaluationRecipe recipe, List<Problem> problems) {
    this(name, suite, recipe, problems, Optional.empty());
  }

  /**
   * Reads the problems that a recipe names.
   *
   * @throws io.braid.UserError if they cannot be read, or a suite needs a judge and the recipe
   *     neither names one nor does without
   */
  public static Benchmark read(String name, Optional<Suite> suite, EvaluationRecipe recipe) {
    Optional<VisionSuite> vision = suite.flatMap(Suite::vision);
    boolean needsJudge = vision.filter(VisionSuite::needsJudge).isPresent();
    if (needsJudge && recipe.judge().isEmpty()) {
      throw new UserError(
          "suite %s needs a language model that reads the answers out of responses; name one by --judge-model NAME --judge-endpoint URL or --judge-model DIR, or give --unjudged to count responses that need it as wrong"
              .formatted(name));
    }
    if (!needsJudge && recipe.judge().isPresent()) {
      throw new SettingError("judge", name + " needs no judge; leave it out");
    }
    if (vision.isEmpty()) {
      return new Benchmark(name, suite, recipe, recipe.read());
    }
    DataRecipe source = recipe.source();
    VisionProblems read =
        VisionProblems.read(
            vision.get(),
            Path.of(source.data()),
            source.split(),
            source.fields().fields().images(),
            recipe.problems());
    return new Benchmark(name, suite, recipe, read.problems(), Optional.of(read));
  }

  /** Creates the verifier of responses, which leaves its judge open when it is closed. */
  Verifier verifier(JudgeModels judges) {
    return vision
        .map(each -> each.verifier(recipe.judge().flatMap(judges::open)))
        .orElseGet(() -> recipe.verifier().create());
  }

  /** Returns the result, with the scores of a suite with images. */
  EvaluationResult result(long seed, Evaluation.Report report) {
    return EvaluationResult.of(recipe, seed, 0, report)
        .scored(vision.map(each -> each.scores(report.outcomes())).orElse(Map.of()));
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
        ? new Benchmark(name, suite, recipe, model.fitting(recipe, problems), vision)
        : this;
  }

  /** Returns the maximum length of a response in tokens if the recipe gives none. */
  public int mostTokens() {
    return suite.isPresent() ? Asking.MOST_TOKENS : MOST_TOKENS;
  }
}
