package io.braid.app.terminal;

import io.braid.run.TimeLeft;
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
    Estimate estimate = new Estimate(done, total, InstantSource.system());
    return StandardStream.ERROR.columns().isEmpty()
        ? new ProgressLines(phase, estimate, out)
        : bar(phase, estimate, out);
  }

  /** Starts a phase on a terminal. */
  private static Progress bar(String phase, Estimate estimate, PrintStream out) {
    String noColour = System.getenv("NO_COLOR");
    return new ProgressBars(
        phase,
        estimate,
        out,
        () -> StandardStream.ERROR.columns().orElse(0),
        noColour == null || noColour.isEmpty());
  }

  /**
   * Updates the progress.
   *
   * @param done total amount done so far
   * @param numbers a few current numbers, on one short line
   */
  void at(long done, String numbers);

  /**
   * Replaces the numbers without a change of the amount; may be called from another thread.
   *
   * @param numbers a few current numbers, on one short line
   */
  void now(String numbers);

  /** Sets the remaining time, which is otherwise estimated from the amount done. */
  void remains(TimeLeft left);

  /** Prints lines above the progress. */
  void print(String lines);

  /** Ends the phase and its output line. */
  @Override
  void close();
}
