package io.braid.experiment;

import io.braid.FileError;
import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.checkpoint.AtomicDirectory;
import io.braid.checkpoint.AtomicFile;
import io.braid.recipe.Recipe;
import io.braid.run.MetricsFile;
import io.braid.run.RecordedRecipe;
import io.braid.run.RelayedListener;
import io.braid.run.RunDirectory;
import io.braid.run.RunListener;
import io.braid.run.StopSignal;
import io.braid.run.eval.EvaluationResult;
import io.braid.run.eval.ModelEvaluation;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.RunResult;
import io.braid.train.StepMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Trains and evaluates every cell of a plan, one after another. A cell is finished when its {@code
 * evaluation.json} exists, which is written atomically, so a comparison can be killed at any moment
 * and resumed.
 */
public final class Comparison {
  private final ComparePlan plan;
  private final Path out;
  private final RunListener listener;
  private final ModelEvaluation evaluation;
  private final String settings;

  private Comparison(ComparePlan plan, Path out, RunListener listener) {
    this.plan = plan;
    this.out = out;
    this.listener = listener;
    this.evaluation = new ModelEvaluation(plan.spec().evaluation());
    this.settings = Recipe.toYaml(plan.spec().evaluation());
  }

  /**
   * The outcome of a comparison.
   *
   * @param results results by row name, one per seed in the order of the seeds; a stopped
   *     comparison has only the finished ones
   * @param stoppedBy exit code of the process, if a signal stopped the comparison early
   */
  public record Ended(Map<String, List<EvaluationResult>> results, OptionalInt stoppedBy) {}

  /**
   * Runs or resumes a comparison.
   *
   * @param out directory of the comparison; a cell is in {@code out/NAME/seed-N}
   * @param resume whether to resume the comparison in the directory
   * @throws UserError for every error that the user can correct
   */
  public static Ended run(ComparePlan plan, Path out, boolean resume, RunListener listener) {
    try (RunDirectory directory = RunDirectory.create(out, resume)) {
      Comparison comparison = new Comparison(plan, out, listener);
      plan.cells().forEach(comparison::checkSettings);
      AtomicFile.write(directory.root().resolve("spec.yaml"), Recipe.toYaml(plan.spec()));
      return comparison.run();
    }
  }

  private Ended run() {
    Map<String, List<EvaluationResult>> results = new LinkedHashMap<>();
    try (StopSignal stop =
        StopSignal.listen(() -> listener.notice("stopping: the current run will be saved"))) {
      int number = 0;
      for (ComparePlan.Cell cell : plan.cells()) {
        number++;
        if (stop.requested()) {
          return new Ended(results, stop.exitCode());
        }
        if (!Files.exists(result(cell))) {
          OptionalInt stopped =
              finish(cell, "%s (%s/%s)".formatted(cell, number, plan.cells().size()));
          if (stopped.isPresent()) {
            return new Ended(results, stopped);
          }
        }
        deleteCheckpoints(cell);
        EvaluationResult result = EvaluationResult.read(result(cell));
        ComparisonTable.check(plan.spec(), result);
        results.computeIfAbsent(cell.name(), _ -> new ArrayList<>()).add(result);
      }
      return new Ended(results, OptionalInt.empty());
    }
  }

  /** Trains and evaluates a cell. Returns the exit code if a signal stopped its training early. */
  private OptionalInt finish(ComparePlan.Cell cell, String phase) {
    Path model = plan.spec().base();
    if (cell.recipe().isPresent()) {
      RunResult trained =
          PolicyRun.run(
              cell.recipe().get(),
              cell.in(out),
              !isEmpty(cell.in(out)),
              new Named(phase, listener));
      if (trained.stoppedBy().isPresent()) {
        return trained.stoppedBy();
      }
      model = trained.model();
    }
    EvaluationResult.of(
            plan.spec().evaluation(),
            cell.seed(),
            trainingSeconds(cell),
            evaluation.run(model, cell.seed(), phase + " evaluation", listener))
        .write(result(cell));
    return OptionalInt.empty();
  }

  private Path result(ComparePlan.Cell cell) {
    return cell.in(out).resolve("evaluation.json");
  }

  /** Checks that a cell on disk was started with the settings that the specification has now. */
  private void checkSettings(ComparePlan.Cell cell) {
    Path recipe = cell.in(out).resolve("recipe.yaml");
    if (cell.recipe().isPresent() && Files.exists(recipe)) {
      RecordedRecipe.refuseAnother(recipe, cell.recipe().get());
    }
    Path result = result(cell);
    if (Files.exists(result) && !EvaluationResult.read(result).evaluation().equals(settings)) {
      throw new UserError(
          result
              + ": was evaluated with other 'evaluation' settings than the specification's; restore"
              + " them, delete the evaluation.json files to evaluate again, or choose another"
              + " --out");
    }
  }

  /** Deletes the checkpoints of a finished run, which take three times the model's space. */
  private void deleteCheckpoints(ComparePlan.Cell cell) {
    Path checkpoints = cell.in(out).resolve("checkpoints");
    try {
      AtomicDirectory.delete(checkpoints);
    } catch (IOException e) {
      throw FileError.cannotBe("deleted", checkpoints, e);
    }
  }

  /** Returns the sum over all steps, since a killed run has several start times. */
  private double trainingSeconds(ComparePlan.Cell cell) {
    Path metrics = cell.in(out).resolve("metrics.jsonl");
    if (!Files.exists(metrics)) {
      return 0;
    }
    MetricValues sum = new MetricValues();
    MetricsFile.forEach(
        metrics,
        line -> {
          double seconds = line.get(StepMetrics.STEP_SECONDS);
          if (Double.isFinite(seconds)) { // an evaluation before the first step has none
            sum.add(StepMetrics.STEP_SECONDS, seconds);
          }
        });
    return sum.get(StepMetrics.STEP_SECONDS, 0);
  }

  private static boolean isEmpty(Path directory) {
    try {
      return RunDirectory.isEmpty(directory);
    } catch (IOException e) {
      throw FileError.reading(directory, e);
    }
  }

  /** Reports a run under its cell's name instead of its directory's name. */
  private static final class Named extends RelayedListener {
    private final String name;

    Named(String name, RunListener listener) {
      super(listener);
      this.name = name;
    }

    @Override
    public void begins(String phase, int steps, int done) {
      super.begins(name, steps, done);
    }
  }
}
