package io.braid.run.eval;

import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.eval.Evaluation;
import io.braid.recipe.OwnClass;
import io.braid.run.RunListener;
import io.braid.task.CountdownSolver;
import io.braid.task.Problem;
import io.braid.verify.Verifier;
import java.nio.file.Path;
import java.util.List;

/** Measures models; keeps what it learned of the problems' solutions. */
public final class ModelEvaluation {
  private static final int MOST_TOKENS = 1024;

  private final EvaluationRecipe recipe;
  private final CountdownSolver solver = new CountdownSolver();

  /** Measures as the recipe says. */
  public ModelEvaluation(EvaluationRecipe recipe) {
    this.recipe = recipe;
  }

  /** As {@link #run(EvaluatedModel, long, String, RunListener)}, of a model directory. */
  public Evaluation.Report run(Path model, long seed, String phase, RunListener listener) {
    try (LocalModel local = new LocalModel(model)) {
      return run(local, seed, phase, listener);
    }
  }

  /**
   * Asks the model and has its responses judged.
   *
   * @param seed same seed, same responses
   * @param phase how the listener is told of it
   * @throws UserError for everything that the user can mend
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
              model.responder(recipe, MOST_TOKENS, problems),
              seed,
              done -> listener.stepped(done, new MetricValues()));
      listener.ends("");
      return report;
    }
  }
}
