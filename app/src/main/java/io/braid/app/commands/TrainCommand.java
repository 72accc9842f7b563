package io.braid.app.commands;

import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.DryRun;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.RunResult;
import io.braid.run.train.TrainRecipe;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code braid train}. */
@Command(name = "train", description = "Trains a model by reinforcement learning.")
public final class TrainCommand extends RecipeCommand<RunResult> {
  @Override
  DryRun dryRun(Path recipe, List<String> overrides, Path out, RunListener listener) {
    return PolicyRun.dryRun(Recipe.read(recipe, overrides, TrainRecipe.class), out, listener);
  }

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
