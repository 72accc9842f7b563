package io.braid.app.commands;

import io.braid.app.bench.MachinePeaks;
import io.braid.app.bench.Median;
import io.braid.app.bench.PeakMemory;
import io.braid.app.bench.TrainSpeed;
import io.braid.app.terminal.TextTable;
import io.braid.model.HiddenPass;
import io.braid.model.Transformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid bench train}. */
@Command(
    name = "train",
    description =
        "Measures training steps (forward, backward, clipping, AdamW) on responses of very"
            + " different lengths, each after 16 prompt tokens.")
final class BenchTrainCommand extends BraidCommand {
  @Mixin private BenchedModelOptions benched = new BenchedModelOptions();

  @Option(
      names = "--sequences",
      description = "Number of responses in a step (default: 128 at tiny, 32 at small, 8 at 0.5b).")
  private Optional<Integer> asked = Optional.empty();

  @Option(
      names = "--longest",
      defaultValue = "256",
      description = "The maximum length of a response, in tokens (default: ${DEFAULT-VALUE}).")
  private int longest;

  @Option(
      names = "--micro-batch-tokens",
      defaultValue = "16384",
      description =
          "The maximum number of tokens in a micro-batch (default: ${DEFAULT-VALUE}, as in a"
              + " recipe).")
  private int microBatchTokens;

  @Option(
      names = "--checkpoint-layers",
      description =
          "Recompute the layers in the backward pass instead of keeping their activations.")
  private boolean gradientCheckpointing;

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Number of timed steps (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--warm-up",
      defaultValue = "3",
      description = "Number of warm-up steps (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Override
  public Integer call() {
    int sequences = asked.orElseGet(() -> benched.shape().sequences());
    TrainSpeed.Settings settings =
        new TrainSpeed.Settings(sequences, longest, microBatchTokens, warmUp, runs);
    List<Double> gigaflops = new ArrayList<>();
    TrainSpeed speed;
    try (Transformer model = benched.create()) {
      model.keep(HiddenPass.Keep.layerInputs(gradientCheckpointing));
      speed =
          TrainSpeed.measure(
              model, settings, () -> gigaflops.add(MachinePeaks.matmul(model.dtype())));
    }
    List<Double> utilisation = speed.utilisation(gigaflops);
    say(
        "train: %s, %s sequences with %s tokens, %s of them responses', runs %s"
            .formatted(benched, sequences, speed.tokens(), speed.responseTokens(), runs));
    TextTable table = new TextTable("", "median", "unit");
    table.row(cells("step", "%.1f", Median.of(speed.stepMs()), "ms"));
    table.row(
        cells("prompts and responses", "%.0f", Median.of(speed.tokensPerSecond()), "tokens/s"));
    table.row(cells("operations needed", "%.2f", speed.flops() / 1e9, "GFLOP"));
    table.row(cells("best matrix product", "%.0f", Median.of(gigaflops), "GFLOP/s"));
    table.row(cells("used of it", "%.1f", 100 * Median.of(utilisation), "%"));
    table.row(PeakMemory.row(speed.peakMb()));
    say(table.toString());

    ObjectNode object = benched.answer("train");
    object.put("sequences", sequences).put("longest", longest);
    object.put("micro_batch_tokens", microBatchTokens);
    speed.stepMs().forEach(object.putArray("step_ms")::add);
    object.put("tokens", speed.tokens()).put("response_tokens", speed.responseTokens());
    speed.tokensPerSecond().forEach(object.putArray("tokens_per_s")::add);
    PeakMemory.put(object, "peak_mb", speed.peakMb());
    object.put("flops", speed.flops());
    gigaflops.forEach(object.putArray("matmul_gflops")::add);
    utilisation.forEach(object.putArray("mfu")::add);
    answer(object);
    return 0;
  }

  private static List<String> cells(String name, String format, double value, String unit) {
    return List.of(name, String.format(Locale.ROOT, format, value), unit);
  }
}
