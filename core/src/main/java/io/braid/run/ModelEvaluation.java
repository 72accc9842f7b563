package io.braid.run;

import io.braid.UserError;
import io.braid.eval.Evaluation;
import io.braid.rollout.Rollout;
import io.braid.task.CountdownSolver;
import io.braid.task.Split;
import io.braid.text.PromptFormat;
import io.braid.train.AskedProblem;
import io.braid.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Measures model directories; keeps what it learned of the problems' solutions. */
public final class ModelEvaluation {
  /** Memory for keys and values while sampling. */
  private static final long CACHE_BYTES = 2_000_000_000L;

  private static final int MOST_TOKENS = 1024;

  private final EvaluationRecipe recipe;
  private final CountdownSolver solver = new CountdownSolver();

  /** Measures as the recipe says. */
  public ModelEvaluation(EvaluationRecipe recipe) {
    this.recipe = recipe;
  }

  /**
   * Samples the model's answers and judges them.
   *
   * @param model a model directory
   * @param seed same seed, same answers
   * @param phase how the listener is told of it
   * @throws UserError for everything that the user can mend
   */
  public Evaluation.Report run(Path model, long seed, String phase, RunListener listener) {
    try (Verifier verifier = recipe.verifier().create();
        LoadedModel loaded = LoadedModel.load(model, Optional.empty())) {
      List<AskedProblem> asked =
          loaded.ask(
              new DataSource(recipe.data(), recipe.fields().fields())
                  .problems(
                      Split.TEST,
                      recipe.problems().map(OptionalInt::of).orElseGet(OptionalInt::empty)),
              PromptFormat.named(recipe.prompt()));
      Rollout rollout =
          new Rollout(
              loaded.transformer(),
              recipe.settings(
                  recipe.maxNewTokens().orElseGet(() -> room(loaded, asked)), loaded.stopIds()),
              loaded.tokenizer()::decode,
              CACHE_BYTES);
      listener.begins(phase, asked.size(), 0);
      Evaluation.Report report =
          new Evaluation(verifier, solver)
              .run(asked, rollout, seed, done -> listener.stepped(done, Map.of()));
      listener.ends("");
      return report;
    }
  }

  private int room(LoadedModel loaded, List<AskedProblem> asked) {
    int longest = asked.stream().mapToInt(a -> a.prompt().ids().length).max().orElse(0);
    int room = loaded.transformer().config().maxPositions() - longest;
    if (room < 1) {
      throw new UserError(
          "%s: the longest prompt has %d tokens and fills the model's context of %d; leave such problems out"
              .formatted(recipe.data(), longest, loaded.transformer().config().maxPositions()));
    }
    return Math.min(MOST_TOKENS, room);
  }
}
