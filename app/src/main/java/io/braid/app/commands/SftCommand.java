package io.braid.app.commands;

import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.DryRun;
import io.braid.run.train.RunResult;
import io.braid.run.train.SftRecipe;
import io.braid.run.train.SftRun;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code braid sft}. */
@Command(
    name = "sft",
    description = "Fine-tunes a model on examples (supervised fine-tuning, SFT).")
public final class SftCommand extends RecipeCommand<RunResult> {
  @Override
  DryRun dryRun(Path recipe, List<String> overrides, Path out, RunListener listener) {
    return SftRun.dryRun(Recipe.read(recipe, overrides, SftRecipe.class), out, listener);
  }

  @Override
  RunResult run(
      Path recipe, List<String> overrides, Path out, boolean resume, RunListener listener) {
    return SftRun.run(Recipe.read(recipe, overrides, SftRecipe.class), out, resume, listener);
  }

  @Override
  int tell(RunResult result) {
    return tellOfModel(result);
  }
}
