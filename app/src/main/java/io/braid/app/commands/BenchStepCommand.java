package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.bench.Median;
import io.braid.app.bench.PeakMemory;
import io.braid.app.bench.StepSpeed;
import io.braid.app.terminal.TerminalListener;
import io.braid.app.terminal.TextTable;
import io.braid.checkpoint.AtomicDirectory;
import io.braid.recipe.Recipe;
import io.braid.run.train.RunResult;
import io.braid.run.train.SftRecipe;
import io.braid.run.train.SftRun;
import io.braid.run.train.TrainRecipe;
import io.braid.tensor.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid bench step}. */
@Command(
    name = "step",
    description =
        "Measures whole steps of the quickstart (Countdown, 32 prompts × 8 responses of at most"
            + " 10 tokens) and the time of each phase.")
final class BenchStepCommand extends BraidCommand {
  /** The algorithms, each with its quickstart recipe. */
  enum Algorithm {
    GRPO,
    FLOWRL;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--algorithm",
      paramLabel = "grpo|flowrl",
      defaultValue = "grpo",
      description = "The algorithm (default: grpo).")
  private Algorithm algorithm = Algorithm.GRPO;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "The model directory to start from, such as runs/quickstart/base/model (default: the"
              + " quickstart's model, fine-tuned first).")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--sft-steps",
      defaultValue = "700",
      description =
          "Number of steps of that fine-tuning (default: ${DEFAULT-VALUE}, as in the quickstart:"
              + " about half a minute).")
  private int sftSteps;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The seed of the run (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--runs",
      defaultValue = "20",
      description =
          "Number of timed steps (default: ${DEFAULT-VALUE}; a step's work depends on how many"
              + " groups have a learning signal).")
  private int runs;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description = "Number of warm-up steps (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(names = "--threads", description = "Number of threads (default: all cores).")
  private Optional<Integer> threads = Optional.empty();

  @Override
  public Integer call() throws IOException {
    if (runs < 1 || warmUp < 0 || sftSteps < 1 || threads.orElse(1) < 1) {
      throw new UserError(
          "--runs, --sft-steps and --threads must be at least 1, --warm-up 0 or more");
    }
    threads.ifPresent(Engine::setThreads);
    Path scratch = Files.createTempDirectory("braid-bench");
    try {
      return measure(scratch);
    } finally {
      AtomicDirectory.delete(scratch);
    }
  }

  private int measure(Path scratch) {
    Path base;
    if (model.isPresent()) {
      base = model.get();
    } else {
      RunResult taught = teach(scratch);
      if (taught.stoppedBy().isPresent()) {
        return taught.stoppedBy().getAsInt();
      }
      base = taught.model();
    }
    StepSpeed speed = StepSpeed.measure(recipe(base, scratch), warmUp, scratch.resolve("run"));
    if (speed.stoppedBy().isPresent()) {
      return speed.stoppedBy().getAsInt();
    }
    tell(speed);
    return 0;
  }

  /** Fine-tunes a model until it is sometimes correct, as the quickstart does. */
  private RunResult teach(Path scratch) {
    Path blank = scratch.resolve("blank");
    BlankModel.of(seed).write(blank, BlankModel.countdownWords());
    try (TerminalListener listener = new TerminalListener()) {
      return SftRun.run(
          Recipe.read(
              ShippedRecipe.write("countdown-sft", scratch),
              List.of("model=" + quoted(blank), "seed=" + seed, "steps=" + sftSteps),
              SftRecipe.class),
          scratch.resolve("base"),
          false,
          listener);
    }
  }

  private TrainRecipe recipe(Path base, Path scratch) {
    for (Algorithm each : Algorithm.values()) {
      ShippedRecipe.write("countdown-" + each.label(), scratch); // one extends the other
    }
    int steps = warmUp + runs;
    return Recipe.read(
        scratch.resolve("countdown-" + algorithm.label() + ".yaml"),
        List.of(
            "model=" + quoted(base),
            "seed=" + seed,
            "steps=" + steps,
            "saving.checkpoint_every_steps=" + steps,
            "saving.samples_every_steps=" + steps),
        TrainRecipe.class);
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }

  private void tell(StepSpeed speed) {
    say(
        "step: %s, 32 × 8 responses, threads %s, runs %s"
            .formatted(algorithm.label(), Engine.threads(), runs));
    TextTable table = new TextTable("", "median", "unit");
    speed
        .milliseconds()
        .forEach((phase, times) ->
            table.row(List.of(phase, String.format(Locale.ROOT, "%.2f", Median.of(times)), "ms")));
    table.row(
        List.of(
            "response tokens",
            String.format(Locale.ROOT, "%.0f", Median.of(speed.tokens())),
            "a step"));
    table.row(PeakMemory.row(speed.peakMb()));
    say(table.toString());
    say("forward, backward and optimizer are parts of train");

    ObjectNode object =
        JsonMapper.shared()
            .createObjectNode()
            .put("what", "step")
            .put("algorithm", algorithm.label())
            .put("threads", Engine.threads());
    for (Map.Entry<String, List<Double>> phase : speed.milliseconds().entrySet()) {
      phase.getValue().forEach(object.putArray(phase.getKey() + "_ms")::add);
    }
    speed.tokens().forEach(object.putArray("tokens")::add);
    PeakMemory.put(object, "peak_mb", speed.peakMb());
    answer(object);
  }
}
