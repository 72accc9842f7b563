package io.braid.run.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a run ended.
 *
 * @param model the model directory that it leaves
 * @param steps steps done, those before a resume among them
 * @param skippedSteps optimizer steps without effect because a gradient was not finite
 * @param stoppedBy what the process exits with when a signal asked it to stop early
 * @param over why the run ended before its last step by itself, in words
 */
public record RunResult(
    Path model, int steps, long skippedSteps, OptionalInt stoppedBy, Optional<String> over) {}
