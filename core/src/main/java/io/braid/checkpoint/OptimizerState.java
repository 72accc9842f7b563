package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.nn.AdamW;
import io.braid.nn.Parameter;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Saves and restores an optimizer's moments and counts as a safetensors file, together with small
 * trained parameters that have no file of their own.
 */
public final class OptimizerState {
  /** The file of the model's own optimizer in a checkpoint. */
  public static final String FILE = "trainer.safetensors";

  private static final String SKIPPED = "skipped_steps";

  private OptimizerState() {}

  /**
   * Writes the file.
   *
   * @param beside further parameters to save in the same file
   */
  public static void save(Path file, AdamW optimizer, List<Parameter> beside) {
    Map<String, Tensor> state = new LinkedHashMap<>(optimizer.state());
    for (Parameter parameter : beside) {
      state.put("beside." + parameter.name(), parameter.tensor());
    }
    SafetensorsWriter.write(file, state, Map.of(SKIPPED, Long.toString(optimizer.skipped())));
  }

  /**
   * Restores the state written by {@link #save}.
   *
   * @throws UserError if the file belongs to a different model
   */
  public static void restore(Path from, AdamW optimizer, List<Parameter> beside) {
    try (Safetensors file = Safetensors.open(from);
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      optimizer.state().forEach((name, tensor) -> copy(file, name, tensor));
      for (Parameter parameter : beside) {
        copy(file, "beside." + parameter.name(), parameter.tensor());
      }
      optimizer.restoreSkipped(Long.parseLong(file.metadata().getOrDefault(SKIPPED, "0")));
    }
  }

  /**
   * Copies a stored tensor into a tensor of the same shape.
   *
   * @throws UserError if the shapes differ
   */
  public static void copy(Safetensors file, String name, Tensor tensor) {
    Tensor stored = file.tensor(name);
    if (!Arrays.equals(stored.shape(), tensor.shape())) {
      throw new UserError(
          "%s: %s has shape %s, but this run's has %s; the checkpoint belongs to another model"
              .formatted(
                  file.file(),
                  name,
                  Arrays.toString(stored.shape()),
                  Arrays.toString(tensor.shape())));
    }
    tensor.copyInPlace(stored);
  }
}
