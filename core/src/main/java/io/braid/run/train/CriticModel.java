package io.braid.run.train;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import io.braid.checkpoint.ModelDirectory;
import io.braid.input.LoadedModel;
import io.braid.model.HiddenPass;
import io.braid.model.LoraSettings;
import io.braid.model.Transformer;
import io.braid.sampling.AskedProblem;
import io.braid.text.Tokenizer;
import io.braid.train.Critic;
import io.braid.trajectory.Column;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The critic of a run and the model directory that it started from; empty if the advantage
 * estimator uses none.
 */
final class CriticModel implements AutoCloseable {
  private static final String PART = "critic";

  private final Optional<Held> held;

  /** The open critic. */
  private record Held(
      ModelDirectory directory, Transformer trunk, Optional<LoraSettings> adapter, Critic critic) {}

  private CriticModel(Optional<Held> held) {
    this.held = held;
  }

  /**
   * Opens the critic of a recipe, or of the checkpoint that the run is resumed from.
   *
   * @throws UserError if its vocabulary differs from the policy's
   */
  static CriticModel of(
      TrainRecipe recipe, RunLoop loop, LoadedModel policy, List<AskedProblem> problems) {
    if (!recipe.advantage().needs().contains(Column.VALUES)) {
      return new CriticModel(Optional.empty());
    }
    Path beginning = recipe.critic().model().orElse(recipe.model());
    Path place =
        loop.resumed()
            .filter(_ -> recipe.adapter().isEmpty()) // with adapters, the base does not change
            .map(Checkpoint::path)
            .map(path -> path.resolve(PART))
            .orElse(beginning);
    ModelDirectory directory = ModelDirectory.open(place);
    int own = directory.config().vocabSize();
    int policys = policy.transformer().config().vocabSize();
    if (own != policys) {
      throw new SettingError(
          "critic.model",
          "the vocabulary of %s has %d tokens, the policy's %d; use a model with the policy's tokenizer"
              .formatted(place, own, policys));
    }
    if (policy.readsImages() && directory.config().vision().isEmpty()) {
      throw new SettingError(
          "critic.model",
          "%s reads no images, but the policy does; use a model that reads them".formatted(place));
    }
    recipe.critic().model().ifPresent(path -> refuseOtherTokens(path, policy, problems));
    Transformer trunk =
        directory.load(
            Optional.of(recipe.compute().precision().dtype()),
            model ->
                recipe
                    .adapter()
                    .ifPresent(each -> model.adaptEmpty(each.lora(), recipe.seed() + 1)));
    trunk.keep(HiddenPass.Keep.layerInputs(recipe.compute().gradientCheckpointing()));
    if (recipe.compute().freezeVision()) {
      trunk.freezeVision();
    }
    Critic critic = new Critic(trunk, recipe.criticSettings());
    return new CriticModel(
        Optional.of(new Held(directory, trunk, recipe.adapter().map(AdapterRecipe::lora), critic)));
  }

  /** Rejects a vocabulary that has the same size but different tokens. */
  private static void refuseOtherTokens(
      Path critic, LoadedModel policy, List<AskedProblem> problems) {
    try (Tokenizer tokenizer = Tokenizer.load(critic)) {
      for (AskedProblem asked : problems.subList(0, Math.min(64, problems.size()))) {
        long[] ids = asked.prompt().ids();
        String text = policy.tokenizer().decodeRaw(ids);
        if (!tokenizer.decodeRaw(ids).equals(text)) {
          throw new SettingError(
              "critic.model",
              "the tokenizer of %s decodes the policy's tokens to other text (problem %s); use a critic with the same tokenizer"
                  .formatted(critic, asked.prompt().key()));
        }
      }
    }
  }

  Optional<Critic> critic() {
    return held.map(Held::critic);
  }

  /** Returns the part with the trunk's weights, which are read when the run starts. */
  CheckpointParts parts() {
    return held.map(each -> TrainedModel.parts(PART, each.trunk, each.directory, each.adapter))
        .orElseGet(CheckpointParts::none);
  }

  @Override
  public void close() {
    held.ifPresent(each -> {
      each.critic.close();
      each.trunk.close();
    });
  }
}
