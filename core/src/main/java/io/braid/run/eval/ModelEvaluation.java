package io.braid.run.eval;

import io.braid.MetricValues;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.eval.Evaluation;
import io.braid.recipe.OwnClass;
import io.braid.run.RunListener;
import io.braid.task.CountdownSolver;
import io.braid.task.Problem;
import io.braid.verify.Verifier;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Evaluates models on the same problems, and caches the problems' solutions. */
public final class ModelEvaluation {
  private static final int MOST_TOKENS = 1024;

  private final EvaluationRecipe recipe;
  private final CountdownSolver solver = new CountdownSolver();

  /** Creates an evaluation with the recipe's settings. */
  public ModelEvaluation(EvaluationRecipe recipe) {
    this.recipe = recipe;
    if (recipe.judge().isPresent()) {
      throw new SettingError("judge", "only suites with images have one; leave it out");
    }
  }

  /** Evaluates a model directory, like {@link #run(EvaluatedModel, long, String, RunListener)}. */
  public Evaluation.Report run(Path model, long seed, String phase, RunListener listener) {
    try (LocalModel local = new LocalModel(model)) {
      return run(local, seed, phase, listener);
    }
  }

  /**
   * Samples the model's responses and judges them.
   *
   * @param seed sampling seed; the same seed gives the same responses
   * @param phase name of the phase for the listener
   * @throws UserError for every error that the user can fix
   */
  public Evaluation.Report run(
      EvaluatedModel model, long seed, String phase, RunListener listener) {
    try (Verifier verifier = recipe.verifier().create()) {
      List<Problem> problems = model.fitting(recipe, recipe.read());
      Evaluation evaluation = new Evaluation(verifier, solver);
      OwnClass.line(OwnClass.in(recipe)).ifPresent(listener::notice);
      listener.begins(phase, problems.size(), 0);
      Evaluation.Report report =
          evaluation.run(
              problems,
              model
                  .responder(recipe, MOST_TOKENS, problems)
                  .reporting(new SamplingTime(listener, InstantSource.system())),
              seed,
              done -> listener.stepped(done, new MetricValues()));
      listener.ends("");
      return report;
    }
  }
}
