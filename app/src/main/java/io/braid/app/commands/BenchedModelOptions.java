package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.bench.ModelSize;
import io.braid.input.Precision;
import io.braid.model.Transformer;
import io.braid.tensor.Engine;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The options for the benchmarked model and the number of threads. */
final class BenchedModelOptions {
  @Option(
      names = "--size",
      paramLabel = "tiny|small|0.5b",
      defaultValue = "tiny",
      description =
          "Shape of the random model: the quickstart's, 8 layers of width 512, or Qwen2.5-0.5B"
              + " (default: ${DEFAULT-VALUE}).")
  private String size = "tiny";

  @Option(
      names = "--dtype",
      paramLabel = "float32|bfloat16",
      defaultValue = "float32",
      description = "The type of the weights (default: float32).")
  private Precision dtype = Precision.FLOAT32;

  @Option(
      names = "--inexact",
      description =
          "Let rollouts round differently from training where that is faster; without it, float32"
              + " rollouts match training to the bit, as in reinforcement learning.")
  private boolean inexact;

  @Option(names = "--threads", description = "Number of threads (default: all cores).")
  private Optional<Integer> threads = Optional.empty();

  /** Returns the model's shape. */
  ModelSize shape() {
    return ModelSize.named(size);
  }

  /** Sets the number of threads and creates the model, which the caller closes. */
  Transformer create() {
    if (threads.isPresent() && threads.get() < 1) {
      throw new UserError("--threads: must be at least 1, got " + threads.get());
    }
    threads.ifPresent(Engine::setThreads);
    Transformer model = Transformer.create(shape().config(), dtype.dtype(), 1);
    if (exact()) {
      model.attendExactly();
    }
    return model;
  }

  /**
   * Returns whether rollouts must match training bit for bit, for which bfloat16 rounds too
   * coarsely.
   */
  private boolean exact() {
    return !inexact && dtype == Precision.FLOAT32;
  }

  /** Returns the first fields of the JSON output: the benchmark and its settings. */
  ObjectNode answer(String what) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("what", what)
        .put("size", size)
        .put("dtype", dtype.name().toLowerCase(Locale.ROOT))
        .put("exact", exact())
        .put("threads", Engine.threads());
  }

  /** Describes the benchmarked model for people. */
  @Override
  public String toString() {
    return "%s, %s, %s attention, threads %s"
        .formatted(
            size,
            dtype.name().toLowerCase(Locale.ROOT),
            exact() ? "exact" : "usual",
            Engine.threads());
  }
}
