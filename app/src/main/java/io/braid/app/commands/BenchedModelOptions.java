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

/** Which model is measured, and with how many threads. */
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
      description = "What the weights are computed with (default: float32).")
  private Precision dtype = Precision.FLOAT32;

  @Option(
      names = "--usual",
      description =
          "Let rollouts round otherwise than training where that is faster; else, in float32, they"
              + " agree to the bit, as in reinforcement learning.")
  private boolean usual;

  @Option(names = "--threads", description = "Threads of an operator (default: all cores).")
  private Optional<Integer> threads = Optional.empty();

  /** The model's. */
  ModelSize shape() {
    return ModelSize.named(size);
  }

  /** The model, with the number of threads set; the caller closes it. */
  Transformer create() {
    if (threads.isPresent() && threads.get() < 1) {
      throw new UserError("--threads: must be at least 1, here " + threads.get());
    }
    threads.ifPresent(Engine::setThreads);
    Transformer model = Transformer.create(shape().config(), dtype.dtype(), 1);
    if (exact()) {
      model.attendExactly();
    }
    return model;
  }

  /** Half-width models round too coarsely for it. */
  private boolean exact() {
    return !usual && dtype == Precision.FLOAT32;
  }

  /** The beginning of the answer: what was measured, and how. */
  ObjectNode answer(String what) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("what", what)
        .put("size", size)
        .put("dtype", dtype.name().toLowerCase(Locale.ROOT))
        .put("exact", exact())
        .put("threads", Engine.threads());
  }

  /** What was measured, in words. */
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
