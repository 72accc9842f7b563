package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.bench.FlowSpeed;
import io.braid.app.bench.Median;
import io.braid.app.bench.PeakMemory;
import io.braid.app.bench.VerifySpeed;
import io.braid.tensor.Engine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
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
    description = "Measures the speed of rollouts, training steps, flow fields and verifiers.",
    subcommands = {
      BenchCommand.FlowBench.class,
      BenchCommand.VerifyBench.class,
      BenchRolloutCommand.class,
      BenchTrainCommand.class,
      BenchStepCommand.class,
      BenchLoadCommand.class
    })
public final class BenchCommand extends BraidCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "choose what to measure: rollout, train, step, load, flow or verify");
  }

  /** {@code braid bench flow}. */
  @Command(
      name = "flow",
      description =
          "The cost of a flow field: GRPO steps (64 responses of 48 tokens) of a random model,"
              + " alternately with and without the field.")
  static final class FlowBench extends BraidCommand {
    @Option(
        names = "--runs",
        defaultValue = "15",
        description = "Number of timed steps of each kind (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--threads", description = "Number of threads (default: all cores).")
    private Optional<Integer> threads = Optional.empty();

    @Option(names = "--layers", defaultValue = "12", description = "Default: ${DEFAULT-VALUE}.")
    private int layers;

    @Option(names = "--width", defaultValue = "192", description = "Default: ${DEFAULT-VALUE}.")
    private int width;

    @Override
    public Integer call() {
      threads.ifPresent(Engine::setThreads);
      FlowSpeed speed = FlowSpeed.measure(runs, layers, width);
      double scored = moreTime(speed.plainMs(), speed.scoredMs());
      double learned = moreTime(speed.plainMs(), speed.learnedMs());
      say(
          String.format(
              Locale.ROOT,
              "a step without a field  %.0f ms, %s",
              Median.of(speed.plainMs()),
              PeakMemory.words(speed.plainPeakMb())));
      say(
          String.format(
              Locale.ROOT,
              "rewarded by a field     %+.1f %% time%s",
              100 * scored,
              moreMemory(speed.plainPeakMb(), speed.scoredPeakMb())));
      say(
          String.format(
              Locale.ROOT,
              "and the field learns    %+.1f %% time%s",
              100 * learned,
              moreMemory(speed.plainPeakMb(), speed.learnedPeakMb())));
      ObjectNode object = JsonMapper.shared().createObjectNode();
      speed.plainMs().forEach(object.putArray("plain_ms")::add);
      speed.scoredMs().forEach(object.putArray("scored_ms")::add);
      speed.learnedMs().forEach(object.putArray("learned_ms")::add);
      PeakMemory.put(object, "plain_peak_mb", speed.plainPeakMb());
      PeakMemory.put(object, "scored_peak_mb", speed.scoredPeakMb());
      PeakMemory.put(object, "learned_peak_mb", speed.learnedPeakMb());
      answer(object);
      return 0;
    }

    private static String moreMemory(OptionalLong plain, OptionalLong with) {
      return plain.isPresent() && with.isPresent()
          ? String.format(
              Locale.ROOT,
              ", %+.1f %% memory",
              100.0 * (with.getAsLong() - plain.getAsLong()) / plain.getAsLong())
          : "";
    }

    /** Returns the median of the paired ratios, minus 1. */
    private static double moreTime(List<Double> plain, List<Double> with) {
      return Median.of(
              IntStream.range(0, plain.size())
                  .mapToObj(run -> with.get(run) / plain.get(run))
                  .toList())
          - 1;
    }
  }

  /** {@code braid bench verify}. */
  @Command(
      name = "verify",
      description =
          "Compares mathematical answers: ordinary ones for throughput, random and mutated ones for"
              + " the slowest comparison.")
  static final class VerifyBench extends BraidCommand {
    @Option(
        names = "--comparisons",
        defaultValue = "100000",
        description = "Number of ordinary comparisons (default: ${DEFAULT-VALUE}).")
    private int comparisons;

    @Option(
        names = "--mutated",
        defaultValue = "100000",
        description = "Number of random and mutated answers (default: ${DEFAULT-VALUE}).")
    private int mutated;

    @Option(
        names = "--threads",
        defaultValue = "2",
        description = "Number of threads for the ordinary comparisons (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Override
    public Integer call() {
      if (comparisons < 1 || mutated < 1 || threads < 1) {
        throw new UserError("--comparisons, --mutated and --threads must be at least 1");
      }
      VerifySpeed speed = VerifySpeed.measure(comparisons, mutated, threads);
      double usual = speed.quantileMs(0.5);
      double rare = speed.quantileMs(0.999);
      double worst = speed.quantileMs(1);
      say(
          String.format(
              Locale.ROOT,
              "ordinary answers  %.0f comparisons/s on %d threads",
              speed.perSecond(),
              threads));
      say(
          String.format(
              Locale.ROOT,
              "mutated answers   median %.3f ms, p99.9 %.1f ms, worst %.1f ms of %d; none threw",
              usual,
              rare,
              worst,
              mutated));
      answer(
          JsonMapper.shared()
              .createObjectNode()
              .put("comparisons_per_s", speed.perSecond())
              .put("mutated", mutated)
              .put("mutated_median_ms", usual)
              .put("mutated_p999_ms", rare)
              .put("mutated_worst_ms", worst));
      return 0;
    }
  }
}
