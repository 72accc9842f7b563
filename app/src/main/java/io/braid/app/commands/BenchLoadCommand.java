package io.braid.app.commands;

import io.braid.app.bench.LoadSpeed;
import io.braid.app.bench.Machine;
import io.braid.app.bench.Median;
import io.braid.app.terminal.TextTable;
import io.braid.model.Transformer;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid bench load}. */
@Command(
    name = "load",
    description =
        "Measures how the time per token and the memory grow with the number of concurrent"
            + " responses, and the machine's peak speeds.")
final class BenchLoadCommand extends BraidCommand {
  @Mixin private BenchedModelOptions benched = new BenchedModelOptions();

  @Option(
      names = "--concurrent",
      split = ",",
      paramLabel = "N",
      defaultValue = "16,32,64,128,256,512",
      description = "Numbers of concurrent responses, multiples of 8 (default: ${DEFAULT-VALUE}).")
  private List<Integer> concurrent = List.of();

  @Option(
      names = "--new",
      defaultValue = "256",
      description = "Number of tokens of each response (default: ${DEFAULT-VALUE}).")
  private int newTokens;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "Number of warm-up runs of each (default: ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Number of timed runs of each (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Override
  public Integer call() {
    LoadSpeed speed;
    try (Transformer model = benched.create()) {
      speed = LoadSpeed.measure(model, concurrent, newTokens, warmUp, runs);
    }
    Machine machine = Machine.measure();
    ObjectNode object = benched.answer("load");
    object.put("new", newTokens);
    tellMachine(machine, object.putObject("machine"));
    say("load: %s, %s tokens a response, medians of %s".formatted(benched, newTokens, runs));
    tellLevels(speed, object);
    answer(object);
    return 0;
  }

  private void tellMachine(Machine machine, ObjectNode object) {
    say("machine: " + machine.cpu() + ", " + machine.cores() + " cores");
    say(
        "software: JDK %s, libtorch %s, %s"
            .formatted(machine.jdk(), machine.engine(), machine.blas()));
    say(
        String.format(
            Locale.ROOT,
            "best matrix product: float32 %.0f, bfloat16 %.0f GFLOP/s on %d threads",
            machine.float32Gflops(),
            machine.bfloat16Gflops(),
            machine.threads()));
    say(
        String.format(
            Locale.ROOT,
            "copying memory, read and written bytes: libtorch %.1f, JVM %.1f GB/s",
            machine.copy().engine(),
            machine.copy().jvm()));
    object.put("cpu", machine.cpu()).put("cores", machine.cores());
    object.put("jdk", machine.jdk()).put("engine", machine.engine()).put("blas", machine.blas());
    object.put("matmul_float32_gflops", machine.float32Gflops());
    object.put("matmul_bfloat16_gflops", machine.bfloat16Gflops());
    object.put("copy_engine_gb_per_s", machine.copy().engine());
    object.put("copy_jvm_gb_per_s", machine.copy().jvm());
  }

  private void tellLevels(LoadSpeed speed, ObjectNode object) {
    TextTable table =
        new TextTable(
            "at once", "µs a token", "tokens/s", "cache allowed MB", "resident MB", "grown MB");
    ArrayNode numbers = object.putArray("concurrent");
    ArrayNode times = object.putArray("us_per_token");
    ArrayNode tokens = object.putArray("tokens");
    ArrayNode allowed = object.putArray("kv_cache_mb");
    ArrayNode peaks = object.putArray("peak_mb");
    ArrayNode grown = object.putArray("grown_mb");
    for (LoadSpeed.Level level : speed.levels()) {
      double time = Median.of(level.microsecondsPerToken());
      table.row(
          List.of(
              Integer.toString(level.concurrent()),
              String.format(Locale.ROOT, "%.1f", time),
              String.format(Locale.ROOT, "%.0f", 1e6 / time),
              Long.toString(level.kvCacheMb()),
              megabytes(level.peakMb()),
              megabytes(level.grownMb())));
      numbers.add(level.concurrent());
      level.microsecondsPerToken().forEach(times.addArray()::add);
      level.tokens().forEach(tokens.addArray()::add);
      allowed.add(level.kvCacheMb());
      level.peakMb().ifPresentOrElse(peaks::add, peaks::addNull);
      level.grownMb().ifPresentOrElse(grown::add, grown::addNull);
    }
    say(table.toString());
  }

  private static String megabytes(OptionalLong number) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : "unknown";
  }
}
