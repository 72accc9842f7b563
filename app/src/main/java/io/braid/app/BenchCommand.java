package io.braid.app;

import io.braid.tensor.Engine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid bench}. */
@Command(
    name = "bench",
    description = "Measures speed.",
    subcommands = BenchCommand.EngineBench.class)
final class BenchCommand extends BraidCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name what to measure: engine");
  }

  /** {@code braid bench engine}. */
  @Command(
      name = "engine",
      description =
          "A training step (16 × 128 tokens) and greedy decoding (32 rows × 128 tokens) of a model with 4 layers and width 256.")
  static final class EngineBench extends BraidCommand {
    @Option(
        names = "--runs",
        defaultValue = "15",
        description = "Training steps timed (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--threads", description = "Threads of an operator (default: all cores).")
    private Optional<Integer> threads = Optional.empty();

    @Option(
        names = "--exact",
        description =
            "Attend as reinforcement learning does, so that rollouts round like training.")
    private boolean exact;

    @Override
    public Integer call() {
      threads.ifPresent(Engine::setThreads);
      EngineSpeed speed = EngineSpeed.measure(runs, exact);
      say(String.format(Locale.ROOT, "training step  %.1f ms", median(speed.trainStepMs())));
      say(
          String.format(
              Locale.ROOT, "decoding       %.0f tokens/s", median(speed.decodeTokensPerSecond())));
      ObjectNode object = JsonMapper.shared().createObjectNode();
      speed.trainStepMs().forEach(object.putArray("train_step_ms")::add);
      speed.decodeTokensPerSecond().forEach(object.putArray("decode_tokens_per_s")::add);
      answer(object);
      return 0;
    }

    private static double median(List<Double> values) {
      return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
  }
}
