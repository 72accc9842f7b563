package io.braid.app.commands;

import io.braid.Metric;
import io.braid.app.bench.PeakMemory;
import io.braid.app.terminal.TerminalListener;
import io.braid.app.terminal.TextTable;
import io.braid.eval.EvaluationMetrics;
import io.braid.rollout.ResponseMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code braid quickstart}. */
@Command(
    name = "quickstart",
    description =
        "Creates a small random model, fine-tunes it on Countdown examples (SFT), trains it with"
            + " GRPO, FlowRL and RLFR, and compares the results.")
public final class QuickstartCommand extends BraidCommand {
  private static final List<String> SHOWN =
      Stream.of(
              EvaluationMetrics.AVG.at(8),
              EvaluationMetrics.PASS.at(8),
              EvaluationMetrics.DISTINCT.at(16),
              EvaluationMetrics.COVERAGE.at(16),
              ResponseMetrics.RESPONSE_LENGTH)
          .map(Metric::name)
          .toList();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/quickstart",
      description = "The output directory, empty or new (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("");

  @Option(
      names = "--vision",
      description =
          "Train a model that reads pictures, on questions about drawn pictures, instead of"
              + " Countdown. With these settings it does not learn to read them yet.")
  private boolean vision;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The seed of all random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    QuickstartTask task = vision ? QuickstartTask.PICTURES : QuickstartTask.COUNTDOWN;
    Quickstart quickstart = new Quickstart(task, out, seed, this::say);
    Quickstart.Outcome outcome;
    try (TerminalListener listener = new TerminalListener()) {
      outcome = quickstart.run(listener);
    }
    if (outcome.stoppedBy().isPresent()) {
      say(
          "stopped; what is finished is in %s. The quickstart does not continue: run it again with another --out, or delete %s"
              .formatted(out, out));
      return outcome.stoppedBy().getAsInt();
    }
    say("");
    say(table(outcome).toString());
    say("");
    say("avg@8       fraction of 8 samples that are correct, averaged over unseen problems");
    say("pass@8      fraction of problems that at least one of 8 samples solves");
    say("distinct@16 different correct solutions among 16 samples");
    say("coverage@16 fraction of a problem's solutions that 16 samples find");
    say("");
    say(
        "models  "
            + String.join("  ", outcome.models().values().stream().map(Path::toString).toList()));
    say("report  " + out.resolve("report.html"));
    say(
        String.format(
            Locale.ROOT,
            "%.0f seconds, %s",
            outcome.seconds(),
            PeakMemory.words(outcome.peakRssMb())));
    answer(outcome.summary());
    return 0;
  }

  private static TextTable table(Quickstart.Outcome outcome) {
    TextTable table =
        new TextTable(Stream.concat(Stream.of(""), SHOWN.stream()).toArray(String[]::new));
    for (Map.Entry<String, Map<String, Double>> model : outcome.metrics().entrySet()) {
      List<String> cells = new ArrayList<>(List.of(model.getKey()));
      for (String metric : SHOWN) {
        cells.add(
            String.format(
                Locale.ROOT,
                EvaluationMetrics.isFraction(metric) ? "%.3f" : "%.2f",
                model.getValue().get(metric)));
      }
      table.row(cells);
    }
    return table;
  }
}
