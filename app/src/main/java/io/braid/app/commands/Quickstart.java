package io.braid.app.commands;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.app.bench.PeakMemory;
import io.braid.app.report.CurvePicture;
import io.braid.app.report.QuickstartReport;
import io.braid.app.report.ReportPage;
import io.braid.checkpoint.AtomicFile;
import io.braid.eval.Evaluation;
import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.eval.ModelEvaluation;
import io.braid.run.train.FlowTrainRecipe;
import io.braid.run.train.FlowTrainRun;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.RunResult;
import io.braid.run.train.SftRecipe;
import io.braid.run.train.SftRun;
import io.braid.run.train.TrainRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trains a model small enough for two cores on a task, within minutes: first with supervised
 * fine-tuning, then from this base with GRPO, FlowRL, RLFR and FlowRL with RLFR's rewards.
 *
 * <p>Its settings are the shipped recipes; only the seed is overridden.
 */
final class Quickstart {
  private final QuickstartTask task;
  private final Path out;
  private final long seed;
  private final Consumer<String> say;
  private final long begun = System.nanoTime();

  Quickstart(QuickstartTask task, Path out, long seed, Consumer<String> say) {
    this.task = task;
    this.out = out;
    this.seed = seed;
    this.say = say;
  }

  /**
   * The result.
   *
   * @param metrics values of the metrics, by model, then by metric name
   * @param models directory of each model
   * @param seconds total time in seconds
   * @param peakRssMb peak resident memory in MB; empty if unknown
   * @param summary the whole result as JSON
   * @param stoppedBy exit code, if a signal stopped it early
   */
  record Outcome(
      Map<String, Map<String, Double>> metrics,
      Map<String, Path> models,
      double seconds,
      OptionalLong peakRssMb,
      ObjectNode summary,
      OptionalInt stoppedBy) {
    static Outcome stopped(OptionalInt signal) {
      return new Outcome(
          Map.of(),
          Map.of(),
          0,
          OptionalLong.empty(),
          JsonMapper.shared().createObjectNode(),
          signal);
    }
  }

  Outcome run(RunListener listener) {
    takeDirectory();
    Path blank = out.resolve("blank");
    task.blank().accept(blank, seed);
    say.accept(
        "fine-tuning a random model on examples, then training it four ways (seed " + seed + ")");

    RunResult sft =
        SftRun.run(
            Recipe.read(recipe(task.sft()), laidOver(blank), SftRecipe.class),
            out.resolve("base"),
            false,
            listener);
    Map<String, Path> models = new LinkedHashMap<>();
    models.put("base", sft.model());
    if (sft.stoppedBy().isPresent()) {
      return Outcome.stopped(sft.stoppedBy());
    }
    FlowTrainRun.Result flow =
        FlowTrainRun.run(
            Recipe.read(recipe(task.flow()), laidOver(sft.model()), FlowTrainRecipe.class),
            out.resolve("flow"),
            false,
            listener);
    if (flow.stoppedBy().isPresent()) {
      return Outcome.stopped(flow.stoppedBy());
    }
    task.runs().values().forEach(this::recipe); // before they are read: some extend others
    for (String name : QuickstartReport.RUNS) {
      List<String> settings = new ArrayList<>(laidOver(sft.model()));
      if (name.contains("rlfr")) {
        settings.add("flow.field=" + quoted(flow.field()));
      }
      RunResult trained =
          PolicyRun.run(
              Recipe.read(
                  recipe(task.runs().getOrDefault(name, name)), settings, TrainRecipe.class),
              out.resolve(name),
              false,
              listener);
      if (trained.stoppedBy().isPresent()) {
        return Outcome.stopped(trained.stoppedBy());
      }
      models.put(name, trained.model());
    }
    Map<String, Evaluation.Report> reports = new LinkedHashMap<>();
    ModelEvaluation evaluation = new ModelEvaluation(task.test());
    models.forEach((name, model) ->
        reports.put(name, evaluation.run(model, seed, "evaluate " + name, listener)));
    return finish(models, reports);
  }

  private void takeDirectory() {
    try {
      Files.createDirectories(out);
      try (Stream<Path> children = Files.list(out)) {
        if (children.findAny().isPresent()) {
          throw new UserError(
              out + ": is not empty; give another directory with --out, or delete it");
        }
      }
    } catch (IOException e) {
      throw FileError.cannotBe("used", out, e);
    }
  }

  /** Writes a recipe beside the runs, so that the user can change it and run it again. */
  private Path recipe(String name) {
    return ShippedRecipe.write(name, out.resolve("recipes"));
  }

  private List<String> laidOver(Path model) {
    return List.of("model=" + quoted(model), "seed=" + seed);
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }

  private Outcome finish(Map<String, Path> models, Map<String, Evaluation.Report> reports) {
    Map<String, Map<String, Double>> metrics = new LinkedHashMap<>();
    ObjectNode summary = JsonMapper.shared().createObjectNode();
    reports.forEach((name, report) -> {
      metrics.put(name, report.metrics());
      ObjectNode node = summary.putObject(name);
      report.metrics().forEach(node::put);
    });
    AtomicFile.write(
        out.resolve("report.html"),
        ReportPage.of(QuickstartReport.of(task.words(), out, seed, reports)));
    AtomicFile.write(out.resolve("curves.svg"), CurvePicture.of(QuickstartReport.accuracy(out)));
    double seconds = (System.nanoTime() - begun) / 1e9;
    OptionalLong peak = PeakMemory.megabytes();
    summary.put("seed", seed);
    summary.put("seconds", seconds);
    PeakMemory.put(summary, "peak_rss_mb", peak);
    AtomicFile.write(
        out.resolve("summary.json"),
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
    return new Outcome(metrics, models, seconds, peak, summary, OptionalInt.empty());
  }
}
