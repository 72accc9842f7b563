package io.braid.app.terminal;

import java.io.PrintStream;
import java.time.InstantSource;

/**
 * How far a phase of the work is, on standard error: a bar with the time left on a terminal, a line
 * every few seconds elsewhere. Colours only where {@code NO_COLOR} is not set.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start("train", 0, steps)) {
 *   progress.at(step, "reward 0.31");
 * }
 * }</pre>
 */
public sealed interface Progress extends AutoCloseable permits ProgressBars, ProgressLines {
  /**
   * Begins a phase. One at a time: close it before the next.
   *
   * @param phase a word or two
   * @param done how much of it a resumed run has behind it, else 0
   * @param total how much there is, in the same unit
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
   * Says how far it is.
   *
   * @param done how much is done in all
   * @param numbers the few numbers that matter now, on one short line
   */
  void at(long done, String numbers);

  /** Ends the phase and its line. */
  @Override
  void close();
}
