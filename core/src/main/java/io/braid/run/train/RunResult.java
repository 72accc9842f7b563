package io.braid.run.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of a run.
 *
 * @param model the directory of the trained model
 * @param steps the number of steps done, including those before a resume
 * @param skippedSteps the number of optimizer steps skipped because a gradient was not finite
 * @param stoppedBy the exit code of the process, if a signal stopped the run
 * @param over reason why the run failed to go on to its last step, in words
 * @param early reason why the run ended before its last step because it no longer improved
 * @param best the best evaluated model, if the run keeps it
 */
public record RunResult(
    Path model,
    int steps,
    long skippedSteps,
    OptionalInt stoppedBy,
    Optional<String> over,
    Optional<String> early,
    Optional<Best> best) {
  /**
   * The best evaluated model.
   *
   * @param directory its directory, with {@code model/}, {@code adapter/} or both
   * @param step the number of steps after which it was evaluated
   * @param value its value of the metric that decides
   */
  public record Best(Path directory, int step, double value) {}
}
