package io.braid.app.terminal;

import io.braid.run.TimeLeft;
import java.time.Duration;
import java.util.Locale;

/** Writes times for people. */
final class Times {
  private Times() {}

  /** Returns an elapsed time as on a clock: 0:07, 12:34, 1:02:03. */
  static String clock(Duration time) {
    return time.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }

  /** Returns an estimate in words: about 40 s left, at most 2 h 10 min left. */
  static String words(TimeLeft left) {
    return (left.atMost() ? "at most " : "about ") + rounded(left.time()) + " left";
  }

  /** Rounds to about two digits, since an estimate has no more. */
  static String rounded(Duration time) {
    long seconds = Math.max(1, Math.round(time.toMillis() / 1e3));
    if (seconds < 20) {
      return seconds + " s";
    }
    if (seconds < 100) {
      return 5 * Math.round(seconds / 5.0) + " s";
    }
    long minutes = Math.round(seconds / 60.0);
    if (minutes < 100) {
      return minutes + " min";
    }
    long hours = minutes / 60;
    return hours < 48
        ? hours + " h " + minutes % 60 + " min"
        : hours / 24 + " d " + hours % 24 + " h";
  }
}
