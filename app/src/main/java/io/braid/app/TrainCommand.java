package io.braid.app;

import io.braid.recipe.Recipe;
import io.braid.run.PolicyRun;
import io.braid.run.RunListener;
import io.braid.run.RunResult;
import io.braid.run.TrainRecipe;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code braid train}. */
@Command(name = "train", description = "Trains a model by reinforcement learning.")
final class TrainCommand extends RecipeCommand<RunResult> {
  @Override
  RunResult run(
      Path recipe, List<String> overrides, Path out, boolean resume, RunListener listener) {
    return PolicyRun.run(Recipe.read(recipe, overrides, TrainRecipe.class), out, resume, listener);
  }

  @Override
  int tell(RunResult result) {
    return tellOfModel(result);
  }
}
