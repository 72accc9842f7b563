package io.braid.app.commands;

import io.braid.input.LoadedModel;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** {@code --model} and {@code --adapter}, for commands that sample from a model. */
final class PolicyOption {
  @Mixin private ModelOption model = new ModelOption();

  @Mixin private AdapterOption adapter = new AdapterOption();

  /**
   * Loads the model, with the adapter if one is given.
   *
   * @throws io.braid.UserError if the directory is broken, or the adapter is another model's
   */
  LoadedModel load() {
    return adapter
        .directory()
        .map(path -> LoadedModel.load(model.directory(), path))
        .orElseGet(() -> LoadedModel.load(model.directory(), Optional.empty()));
  }
}
