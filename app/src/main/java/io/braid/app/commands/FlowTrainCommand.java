package io.braid.app.commands;

import io.braid.flow.FieldQuality;
import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.DryRun;
import io.braid.run.train.FlowTrainRecipe;
import io.braid.run.train.FlowTrainRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid flow train}. */
@Command(name = "train", description = "Trains a flow field on correct responses.")
final class FlowTrainCommand extends RecipeCommand<FlowTrainRun.Result> {
  @Override
  DryRun dryRun(Path recipe, List<String> overrides, Path out, RunListener listener) {
    return FlowTrainRun.dryRun(
        Recipe.read(recipe, overrides, FlowTrainRecipe.class), out, listener);
  }

  @Override
  FlowTrainRun.Result run(
      Path recipe, List<String> overrides, Path out, boolean resume, RunListener listener) {
    return FlowTrainRun.run(
        Recipe.read(recipe, overrides, FlowTrainRecipe.class), out, resume, listener);
  }

  @Override
  int tell(FlowTrainRun.Result result) {
    if (result.stoppedBy().isPresent()) {
      return stopped(result.steps(), result.stoppedBy().getAsInt());
    }
    FieldQuality quality = result.quality().orElseThrow();
    say(
        String.format(
            Locale.ROOT,
            "validation loss %.3f; %.3f if the field always predicted the mean",
            quality.loss(),
            quality.meanLevel()));
    say(
        String.format(
            Locale.ROOT,
            "separation (AUROC): from latents of other tokens %.3f, from responses to other"
                + " problems %.3f",
            quality.shuffledAuroc(),
            quality.foreignAuroc()));
    say("field: " + result.field());
    ObjectNode object = JsonMapper.shared().createObjectNode();
    object.put("field", result.field().toString()).put("steps", result.steps());
    object.put("validation_loss", quality.loss()).put("mean_level", quality.meanLevel());
    object.put("auroc_shuffled", quality.shuffledAuroc());
    object.put("auroc_foreign", quality.foreignAuroc());
    answer(object);
    return 0;
  }
}
