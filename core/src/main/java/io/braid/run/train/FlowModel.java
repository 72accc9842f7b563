package io.braid.run.train;

import io.braid.UserError;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import io.braid.flow.FlowField;
import io.braid.flow.FlowSignal;
import io.braid.input.LoadedModel;
import io.braid.objective.signal.TokenSignal;
import io.braid.run.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The flow field of a run and its rewards; empty if the recipe has none. */
final class FlowModel implements AutoCloseable {

  private final Optional<Held> held;

  /** The open field. */
  private record Held(FlowField field, FlowSignal rewards) {}

  private FlowModel(Optional<Held> held) {
    this.held = held;
  }

  /**
   * Opens the field of a recipe, or of the checkpoint that the run is resumed from.
   *
   * @throws UserError if it belongs to a model other than the policy
   */
  static FlowModel of(TrainRecipe recipe, RunLoop loop, LoadedModel policy) {
    return new FlowModel(
        recipe
            .flow()
            .map(flow -> {
              FlowField field = open(flow, recipe.seed(), loop, policy);
              return new Held(
                  field,
                  new FlowSignal(
                      field, flow.settings(recipe.steps(), recipe.seed(), recipe.optimizer())));
            }));
  }

  private static FlowField open(FlowRecipe flow, long seed, RunLoop loop, LoadedModel policy) {
    Optional<Path> place =
        loop.resumed()
            .map(Checkpoint::path)
            .map(path -> path.resolve(FlowSignal.FIELD))
            .or(flow::field);
    if (place.isEmpty()) {
      return FlowField.create(policy.transformer().config(), flow.fresh(), seed);
    }
    return FlowRecipe.open(place.get(), policy);
  }

  List<TokenSignal> signals() {
    return held.stream().<TokenSignal>map(Held::rewards).toList();
  }

  /** Saves the field in the run directory, next to the trained model. */
  void leave(RunDirectory directory) {
    held.ifPresent(each -> each.field().save(directory.root().resolve(FlowSignal.FIELD)));
  }

  @Override
  public void close() {
    held.ifPresent(each -> {
      each.rewards().close();
      each.field().close();
    });
  }
}
