package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.report.RunReport;
import io.braid.app.terminal.Printable;
import io.braid.app.terminal.TerminalListener;
import io.braid.run.RunListener;
import io.braid.run.train.DryRun;
import io.braid.run.train.RunResult;
import io.braid.train.StepMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A command that runs a recipe in a run directory.
 *
 * @param <R> type of the run's result
 */
abstract class RecipeCommand<R> extends BraidCommand {
  @Parameters(index = "0", paramLabel = "RECIPE.yaml", description = "The recipe to run.")
  private Path recipe = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings that override the recipe, such as optimizer.learning_rate=1e-5.")
  private List<String> overrides = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run directory (default: runs/ and the recipe's name).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--resume", description = "Continue the run in the run directory.")
  private boolean resume;

  @Option(
      names = "--dry-run",
      description =
          "Print what the run would read, train, need and write, without training or writing.")
  private boolean dry;

  abstract DryRun dryRun(Path recipe, List<String> overrides, Path out, RunListener listener);

  abstract R run(
      Path recipe, List<String> overrides, Path out, boolean resume, RunListener listener);

  @Override
  public Integer call() {
    String name = String.valueOf(recipe.getFileName()).replaceAll("\\.ya?ml$", "");
    Path directory = out.orElse(Path.of("runs", name));
    if (dry) {
      return preview(directory);
    }
    R result;
    Instant begun = Instant.now();
    try (TerminalListener progress = TerminalListener.withRows()) {
      result = run(recipe, overrides, directory, resume, progress);
    } catch (RuntimeException | Error e) {
      reportOfFailed(directory, begun, e);
      throw e;
    }
    Optional<Path> report = RunReport.write(directory);
    int exit = tell(result);
    report.ifPresent(page -> say("report: " + page));
    return exit;
  }

  /** Writes the report of the steps of a run that failed, if it is this command's. */
  private void reportOfFailed(Path directory, Instant begun, Throwable failure) {
    Path metrics = directory.resolve("metrics.jsonl");
    try {
      if (Files.exists(metrics)
          && !Files.getLastModifiedTime(metrics).toInstant().isBefore(begun)) {
        RunReport.write(directory).ifPresent(page -> say("report: " + page));
      }
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private int preview(Path directory) {
    if (resume) {
      throw new UserError("--dry-run describes a new run; leave out --resume");
    }
    DryRun found;
    try (TerminalListener progress = new TerminalListener()) {
      found = dryRun(recipe, overrides, directory, progress);
    }
    found
        .rows()
        .forEach(row ->
            say(String.format(Locale.ROOT, "%-12s %s", row.name(), Printable.line(row.text()))));
    say("");
    say("the first prompts, as the model sees them:");
    for (String prompt : found.prompts()) {
      say("");
      say(DryRunText.prompt(prompt));
    }
    answer(DryRunText.json(found));
    return 0;
  }

  /** Prints the result and returns the exit code. */
  abstract int tell(R result);

  final int stopped(int steps, int signal) {
    say("stopped after %s steps; continue with --resume".formatted(steps));
    return signal;
  }

  /** Prints the result of a run that saves a model, and returns the exit code. */
  final int tellOfModel(RunResult result) {
    if (result.stoppedBy().isPresent()) {
      return stopped(result.steps(), result.stoppedBy().getAsInt());
    }
    if (result.over().isPresent()) {
      throw new UserError(
          "%s. The model as it is now is %s. Give another run problems of another difficulty, more rollout.samples or a lower learning rate, or go on with --resume stop_after_idle_steps=0"
              .formatted(result.over().get(), result.model()));
    }
    say("model: " + result.model());
    result
        .best()
        .ifPresent(best ->
            say(
                String.format(
                    Locale.ROOT,
                    "best model: %s (after step %d, %.4f)",
                    best.directory(),
                    best.step(),
                    best.value())));
    if (result.skippedSteps() > 0) {
      say(
          "%s optimizer steps had no effect: a gradient was not finite"
              .formatted(result.skippedSteps()));
    }
    ObjectNode answer =
        JsonMapper.shared()
            .createObjectNode()
            .put("model", result.model().toString())
            .put("steps", result.steps())
            .put(StepMetrics.SKIPPED_UPDATES.name(), result.skippedSteps());
    result
        .best()
        .ifPresent(best ->
            answer
                .putObject("best")
                .put("directory", best.directory().toString())
                .put("step", best.step())
                .put("value", best.value()));
    result.early().ifPresent(why -> answer.put("stopped_early", why));
    answer(answer);
    return 0;
  }
}
