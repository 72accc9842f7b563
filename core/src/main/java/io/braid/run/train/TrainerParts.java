package io.braid.run.train;

import io.braid.Check;
import io.braid.SettingError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.model.Transformer;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.signal.TokenSignal;
import io.braid.sampling.Sampler;
import io.braid.train.PolicyTrainer;
import io.braid.trajectory.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The objects that a run creates for its trainer: the loss, the token signals of the reward
 * settings, and the reference if one of them needs it. If creating an object fails, those created
 * before it are closed.
 *
 * @param loss the loss; the trainer that is created with it closes it
 * @param own the signals of the reward settings, which are closed with this object
 * @param signals all signals, the flow field's first
 * @param reference π_ref: a model that is closed with this object, or the policy, which is π_ref
 *     without its adapters
 * @param policy the policy, which the caller closes
 */
record TrainerParts(
    PolicyLoss loss,
    List<TokenSignal> own,
    List<TokenSignal> signals,
    Optional<Transformer> reference,
    Transformer policy)
    implements AutoCloseable {
  /**
   * Creates the objects.
   *
   * @param policy the model that is trained
   * @param flow the flow field's signals; the caller closes them
   * @throws io.braid.UserError if the reference cannot be loaded
   */
  static TrainerParts create(TrainRecipe recipe, Transformer policy, List<TokenSignal> flow) {
    PolicyLoss loss =
        Check.returned(
            "loss",
            recipe.loss(),
            "create",
            recipe.loss().create(policy.config().hiddenSize(), recipe.seed()));
    try {
      List<TokenSignal> own = recipe.rewards().createSignals();
      try {
        List<TokenSignal> signals = new ArrayList<>(flow);
        signals.addAll(own);
        return new TrainerParts(
            loss, own, signals, reference(recipe, policy, loss, signals), policy);
      } catch (RuntimeException | Error e) {
        own.forEach(TokenSignal::close);
        throw e;
      }
    } catch (RuntimeException | Error e) {
      loss.close();
      throw e;
    }
  }

  private static Optional<Transformer> reference(
      TrainRecipe recipe, Transformer policy, PolicyLoss loss, List<TokenSignal> signals) {
    boolean wanted =
        Stream.concat(
                Stream.of(loss.needs(), recipe.advantage().needs()),
                signals.stream().map(TokenSignal::needs))
            .anyMatch(needs -> needs.contains(Column.REF_LOG_PROBS));
    if (!wanted) {
      return Optional.empty();
    }
    if (recipe.adapter().isPresent() && recipe.reference().isEmpty()) {
      return Optional.of(
          policy); // without its adapters, it is the model from which the run started
    }
    ModelDirectory directory = ModelDirectory.open(recipe.reference().orElse(recipe.model()));
    if (policy.config().vision().isPresent() && directory.config().vision().isEmpty()) {
      throw new SettingError(
          "reference",
          "%s reads no images, but the policy does; use a model that reads them"
              .formatted(directory.path()));
    }
    Transformer reference = directory.load(Optional.of(recipe.compute().precision().dtype()));
    reference.parameters().forEach(parameter -> parameter.tensor().requiresGrad(false));
    return Optional.of(reference);
  }

  /**
   * Creates the trainer, which closes the loss. If creating it fails, this method closes the loss.
   */
  PolicyTrainer trainer(TrainRecipe recipe, CriticModel critic, Sampler sampler) {
    try {
      return new PolicyTrainer(
          policy,
          reference,
          critic.critic(),
          signals,
          sampler,
          recipe.advantage(),
          loss,
          recipe.trainerSettings());
    } catch (RuntimeException | Error e) {
      loss.close();
      throw e;
    }
  }

  @Override
  public void close() {
    own.forEach(TokenSignal::close);
    reference.filter(each -> each != policy).ifPresent(Transformer::close);
  }
}
