package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.report.RunReport;
import io.braid.app.terminal.TerminalListener;
import io.braid.run.RunListener;
import io.braid.run.train.RunResult;
import io.braid.train.StepMetrics;
import java.nio.file.Path;
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

  abstract R run(
      Path recipe, List<String> overrides, Path out, boolean resume, RunListener listener);

  @Override
  public Integer call() {
    String name = String.valueOf(recipe.getFileName()).replaceAll("\\.ya?ml$", "");
    Path directory = out.orElse(Path.of("runs", name));
    R result;
    try (TerminalListener progress = TerminalListener.withRows()) {
      result = run(recipe, overrides, directory, resume, progress);
    }
    Optional<Path> report = RunReport.write(directory);
    int exit = tell(result);
    report.ifPresent(page -> say("report: " + page));
    return exit;
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
