package io.braid.train;

import io.braid.UserError;
import io.braid.checkpoint.Safetensors;
import io.braid.checkpoint.SafetensorsWriter;
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

/** What, beside a model's weights, must be saved to go on later as if nothing had happened. */
final class TrainerState {
  static final String FILE = "trainer.safetensors";
  private static final String SKIPPED = "skipped_steps";

  private TrainerState() {}

  /**
   * Writes it into a file of a checkpoint.
   *
   * @param beside what is learned beside the model
   * @param facts short facts by name
   */
  static void save(Path file, AdamW optimizer, List<Parameter> beside, Map<String, String> facts) {
    Map<String, Tensor> state = new LinkedHashMap<>(optimizer.state());
    for (Parameter parameter : beside) {
      state.put("beside." + parameter.name(), parameter.tensor());
    }
    Map<String, String> all = new LinkedHashMap<>(facts);
    all.put(SKIPPED, Long.toString(optimizer.skipped()));
    SafetensorsWriter.write(file, state, all);
  }

  /**
   * Takes up what {@link #save} wrote.
   *
   * @return the facts
   */
  static Map<String, String> restore(Path from, AdamW optimizer, List<Parameter> beside) {
    try (Safetensors file = Safetensors.open(from);
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      optimizer.state().forEach((name, tensor) -> take(file, name, tensor));
      for (Parameter parameter : beside) {
        take(file, "beside." + parameter.name(), parameter.tensor());
      }
      optimizer.restoreSkipped(Long.parseLong(file.metadata().getOrDefault(SKIPPED, "0")));
      return Map.copyOf(file.metadata());
    }
  }

  static void take(Safetensors file, String name, Tensor tensor) {
    Tensor stored = file.tensor(name);
    if (!Arrays.equals(stored.shape(), tensor.shape())) {
      throw new UserError(
          "%s: %s has shape %s, this run's has %s; the checkpoint belongs to another model"
              .formatted(
                  file.file(),
                  name,
                  Arrays.toString(stored.shape()),
                  Arrays.toString(tensor.shape())));
    }
    tensor.copyInPlace(stored);
  }
}
