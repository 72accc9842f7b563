package io.braid.app.commands;

import io.braid.app.bench.MachinePeaks;
import io.braid.app.bench.Median;
import io.braid.app.bench.PeakMemory;
import io.braid.app.bench.RolloutSpeed;
import io.braid.app.terminal.TextTable;
import io.braid.model.Transformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid bench rollout}. */
@Command(
    name = "rollout",
    description =
        "Samples responses of very different lengths to prompts of 8 to 32 tokens and measures"
            + " response tokens per second; the time includes processing the prompts.")
final class BenchRolloutCommand extends BraidCommand {
  @Mixin private BenchedModelOptions benched = new BenchedModelOptions();

  @Option(names = "--prompts", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
  private int prompts;

  @Option(
      names = "--samples",
      defaultValue = "8",
      description = "Number of responses to each prompt (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--new",
      defaultValue = "256",
      description = "The maximum length of a response, in tokens (default: ${DEFAULT-VALUE}).")
  private int newTokens;

  @Option(
      names = "--full",
      description =
          "No stop tokens, so that every response has --new tokens; otherwise about one token in a"
              + " hundred ends its response.")
  private boolean full;

  @Option(
      names = "--cache-mb",
      defaultValue = "2048",
      description = "Memory for keys and values (default: ${DEFAULT-VALUE}, as in a recipe).")
  private int kvCacheMb;

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Number of timed runs (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--warm-up",
      defaultValue = "1",
      description = "Number of warm-up runs (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Override
  public Integer call() {
    RolloutSpeed.Settings settings =
        new RolloutSpeed.Settings(
            prompts, samples, newTokens, !full, kvCacheMb * 1_000_000L, warmUp, 0, runs);
    boolean alone = prompts * samples == 1;
    List<Double> copied = new ArrayList<>(); // GB/s before each run
    RolloutSpeed speed;
    try (Transformer model = benched.create()) {
      speed =
          RolloutSpeed.measure(
              model,
              settings,
              () -> {
                if (alone) {
                  copied.add(MachinePeaks.copy().best());
                }
              });
    }
    ObjectNode object = benched.answer("rollout");
    object.put("prompts", prompts).put("samples", samples).put("new", newTokens).put("full", full);
    speed.tokensPerSecond().forEach(object.putArray("tokens_per_s")::add);
    speed.tokens().forEach(object.putArray("tokens")::add);
    PeakMemory.put(object, "peak_mb", speed.peakMb());
    say(
        "rollout: %s, %s × %s responses of at most %s tokens, runs %s"
            .formatted(benched, prompts, samples, newTokens, runs));
    TextTable table = new TextTable("", "median", "unit");
    table.row(cells("response tokens", "%.0f", Median.of(speed.tokensPerSecond()), "tokens/s"));
    table.row(PeakMemory.row(speed.peakMb()));
    if (alone) {
      bandwidth(speed, copied, object, table);
    }
    say(table.toString());
    answer(object);
    return 0;
  }

  /** The bytes read per token are known only for a single row. */
  private static void bandwidth(
      RolloutSpeed speed, List<Double> copied, ObjectNode object, TextTable table) {
    List<Double> shares = speed.bandwidthUtilisation(copied);
    object.put("bytes_per_token", speed.bytesPerToken());
    copied.forEach(object.putArray("copy_gb_per_s")::add);
    shares.forEach(object.putArray("bandwidth_utilisation")::add);
    table.row(cells("read for a token", "%.2f", speed.bytesPerToken() / 1e6, "MB"));
    table.row(cells("copy bandwidth", "%.1f", Median.of(copied), "GB/s, read and written bytes"));
    table.row(cells("used of it", "%.1f", 100 * Median.of(shares), "%"));
  }

  private static List<String> cells(String name, String format, double value, String unit) {
    return List.of(name, String.format(Locale.ROOT, format, value), unit);
  }
}
