package io.braid.app.commands;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.app.bench.PeakMemory;
import io.braid.app.report.AuditReport;
import io.braid.app.report.DistributionPicture;
import io.braid.app.report.ReportPage;
import io.braid.app.terminal.Progress;
import io.braid.app.terminal.TextTable;
import io.braid.checkpoint.AtomicFile;
import io.braid.experiment.audit.Algorithm;
import io.braid.experiment.audit.Audit;
import io.braid.experiment.audit.ModesTask;
import io.braid.tensor.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid audit}. */
@Command(
    name = "audit",
    description =
        "Trains a small policy over all strings of a short alphabet with several algorithms and"
            + " computes exactly what each converges to.")
public final class AuditCommand extends BraidCommand {
  private static final int MOST_STRINGS = 20_000;
  private static final int LOG_Z_STEPS = 1000;
  private static final List<Double> HEIGHTS = List.of(1.0, 0.95, 0.9, 0.85, 0.8, 0.75);

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/audit",
      description =
          "The directory of the report, the picture and the summary (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("");

  /** The algorithms that are compared. */
  enum Study {
    /** FlowRL, GRPO, PPO and REINFORCE++. */
    ALGORITHMS,
    /** FlowRL with log Z from each of its sources. */
    LOG_Z
  }

  @Option(
      names = "--study",
      paramLabel = "WHAT",
      defaultValue = "algorithms",
      description =
          "What is compared: algorithms (FlowRL, GRPO, PPO, REINFORCE++), or log-z (FlowRL with"
              + " each source of log Z) (default: ${DEFAULT-VALUE}).")
  private Study study = Study.ALGORITHMS;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description =
          "The seed of the modes, the policy and the samples (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--letters",
      defaultValue = "8",
      description = "The size of the alphabet (default: ${DEFAULT-VALUE}).")
  private int letters;

  @Option(
      names = "--length",
      defaultValue = "3",
      description = "The length of a string, in letters (default: ${DEFAULT-VALUE}).")
  private int length;

  /**
   * With β = 2 and three tokens, about 96 % of the target's mass is near a mode, but no string has
   * more than a few per cent of the mass. A policy that puts all its mass on one string is
   * therefore far from the target.
   */
  @Option(
      names = "--beta",
      defaultValue = "2",
      description = "How sharply the target favours high rewards (default: ${DEFAULT-VALUE}).")
  private double beta;

  @Override
  public Integer call() {
    // The matrix products are so small that a second thread costs more time than it saves, and a
    // single thread always sums in the same order.
    Engine.setThreads(1);
    long begun = System.nanoTime();
    takeDirectory();
    ModesTask task = task();
    Audit.Shape shape =
        new Audit.Shape(
            /* width= */ 32, /* layers= */ 2, /* initialStd= */ 0.05, beta, /* samples= */ 256);
    try (Audit audit = new Audit(task, shape, seed)) {
      List<Algorithm> algorithms =
          switch (study) {
            case ALGORITHMS -> Algorithm.all(beta);
            case LOG_Z -> Algorithm.logZ(beta, audit.target().logZ(), LOG_Z_STEPS);
          };
      say(
          "%s strings of %s letters, %s modes, one policy of %s layers and width %s trained %s times (seed %s)"
              .formatted(
                  task.strings(),
                  length,
                  task.modes().size(),
                  shape.layers(),
                  shape.width(),
                  algorithms.size(),
                  seed));
      List<Audit.Result> results = new ArrayList<>();
      for (Algorithm algorithm : algorithms) {
        results.add(run(audit, algorithm));
      }
      ObjectNode summary = summary(audit, results, (System.nanoTime() - begun) / 1e9);
      write(audit, shape, results, summary);
      say("");
      say(table(audit, results).toString());
      say("");
      say(AuditReport.LEGEND);
      say("");
      say("report   " + out.resolve("report.html"));
      say("picture  " + out.resolve("distributions.svg"));
      say(
          String.format(
              Locale.ROOT,
              "%.0f seconds, %s",
              summary.path("seconds").asDouble(),
              PeakMemory.words(summary.path("peak_rss_mb").asLongOpt())));
      answer(summary);
    }
    return 0;
  }

  private ModesTask task() {
    if (!(beta > 0)) {
      throw new UserError("--beta: must be above 0, got " + beta);
    }
    if (letters < 2 || letters > 26 || length < 1 || Math.pow(letters, length) > MOST_STRINGS) {
      throw new UserError(
          "--letters %d --length %d: every string is enumerated; use 2 to 26 letters and at most %,d strings"
              .formatted(letters, length, MOST_STRINGS));
    }
    try {
      return ModesTask.planted(letters, length, HEIGHTS, seed);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "--letters %d --length %d: %s that differ in three letters; take more of either"
              .formatted(letters, length, e.getMessage()),
          e);
    }
  }

  private void takeDirectory() {
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw FileError.cannotBe("made", out, e);
    }
  }

  private static Audit.Result run(Audit audit, Algorithm algorithm) {
    try (Progress progress = Progress.start(algorithm.name(), 0, algorithm.steps())) {
      return audit.run(
          algorithm,
          (done, kl) -> progress.at(done, String.format(Locale.ROOT, "KL to target %.3f", kl)));
    }
  }

  private static TextTable table(Audit audit, List<Audit.Result> results) {
    TextTable table =
        new TextTable(
            "",
            "KL(policy ‖ target)",
            "KL(target ‖ policy)",
            "modes",
            "reward",
            "log Z",
            "seconds");
    for (Audit.Result result : results) {
      table.row(
          List.of(
              result.algorithm(),
              number(result.kl()),
              number(result.klReverse()),
              "%s of %s".formatted(result.modes(), audit.task().modes().size()),
              number(result.reward()),
              result.logZ().isPresent() ? number(result.logZ().getAsDouble()) : "",
              String.format(Locale.ROOT, "%.0f", result.seconds())));
    }
    return table.row(
        List.of(
            "target",
            "",
            "",
            Integer.toString(audit.task().modes().size()),
            number(audit.targetReward()),
            number(audit.target().logZ()),
            ""));
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.3f", number);
  }

  private ObjectNode summary(Audit audit, List<Audit.Result> results, double seconds) {
    ObjectNode summary = JsonMapper.shared().createObjectNode();
    for (Audit.Result result : results) {
      ObjectNode node = summary.putObject(result.algorithm());
      node.put("kl", result.kl());
      node.put("kl_reverse", result.klReverse());
      node.put("modes", result.modes());
      node.put("reward", result.reward());
      if (result.logZ().isPresent()) {
        node.put("log_z", result.logZ().getAsDouble());
        node.put("log_z_exact", audit.target().logZ());
      }
    }
    summary.put("modes_total", audit.task().modes().size());
    summary.put("target_reward", audit.targetReward());
    summary.put("strings", audit.task().strings());
    summary.put("letters", letters);
    summary.put("length", length);
    summary.put("beta", beta);
    summary.put("seed", seed);
    summary.put("seconds", seconds);
    PeakMemory.put(summary, "peak_rss_mb", PeakMemory.megabytes());
    return summary;
  }

  private void write(
      Audit audit, Audit.Shape shape, List<Audit.Result> results, ObjectNode summary) {
    AtomicFile.write(
        out.resolve("distributions.svg"),
        DistributionPicture.of(AuditReport.distributions(audit, results)));
    AtomicFile.write(
        out.resolve("report.html"), ReportPage.of(AuditReport.of(audit, shape, seed, results)));
    AtomicFile.write(
        out.resolve("summary.json"),
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
  }
}
