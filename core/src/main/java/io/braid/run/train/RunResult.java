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
 * @param over reason why the run ended before its last step, in words
 */
public record RunResult(
    Path model, int steps, long skippedSteps, OptionalInt stoppedBy, Optional<String> over) {}
