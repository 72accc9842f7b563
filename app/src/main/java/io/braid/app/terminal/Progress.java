package io.braid.app.terminal;

import java.io.PrintStream;
import java.time.InstantSource;

/**
 * Shows the progress of a phase on standard error: a bar with the remaining time on a terminal,
 * otherwise a line every few seconds. Uses colours unless {@code NO_COLOR} is set.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start("train", 0, steps)) {
 *   progress.at(step, "reward 0.31");
 * }
 * }</pre>
 */
public sealed interface Progress extends AutoCloseable permits ProgressBars, ProgressLines {
  /**
   * Starts a phase. Close it before starting the next one.
   *
   * @param phase name of the phase, a word or two
   * @param done amount already done by an earlier process of a resumed run, otherwise 0
   * @param total total amount, in the same unit
   */
  static Progress start(String phase, long done, long total) {
    PrintStream out = System.err;
    if (StandardError.columns().isEmpty()) {
      return new ProgressLines(phase, done, total, out, InstantSource.system());
    }
    String noColour = System.getenv("NO_COLOR");
    return new ProgressBars(
        phase,
        done,
        total,
        out,
        () -> StandardError.columns().orElse(0),
        noColour == null || noColour.isEmpty());
  }

  /**
   * Updates the progress.
   *
   * @param done total amount done so far
   * @param numbers a few current numbers, on one short line
   */
  void at(long done, String numbers);

  /** Ends the phase and its output line. */
  @Override
  void close();
}
