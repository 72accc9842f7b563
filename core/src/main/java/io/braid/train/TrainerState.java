package io.braid.train;

import io.braid.checkpoint.Safetensors;
import io.braid.checkpoint.SafetensorsWriter;
import io.braid.nn.AdamW;
import io.braid.nn.Parameter;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What, beside a model's weights, must be saved to go on later as if nothing had happened. */
final class TrainerState {
  private static final String FILE = "trainer.safetensors";
  private static final String SKIPPED = "skipped_steps";

  private TrainerState() {}

  /**
   * Writes it into a checkpoint.
   *
   * @param beside what is learned beside the model
   */
  static void save(Path checkpoint, AdamW optimizer, List<Parameter> beside) {
    Map<String, Tensor> state = new LinkedHashMap<>(optimizer.state());
    for (Parameter parameter : beside) {
      state.put("beside." + parameter.name(), parameter.tensor());
    }
    SafetensorsWriter.write(
        checkpoint.resolve(FILE), state, Map.of(SKIPPED, Long.toString(optimizer.skipped())));
  }

  /** Takes up what {@link #save} wrote. */
  static void restore(Path checkpoint, AdamW optimizer, List<Parameter> beside) {
    try (Safetensors file = Safetensors.open(checkpoint.resolve(FILE));
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      optimizer.state().forEach((name, tensor) -> tensor.copyInPlace(file.tensor(name)));
      for (Parameter parameter : beside) {
        parameter.tensor().copyInPlace(file.tensor("beside." + parameter.name()));
      }
      optimizer.restoreSkipped(Long.parseLong(file.metadata().getOrDefault(SKIPPED, "0")));
    }
  }
}
