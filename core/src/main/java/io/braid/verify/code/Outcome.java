package io.braid.verify.code;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * What came of one test.
 *
 * @param status what happened
 * @param payload what the program wrote, the value of a call as JSON, or what went wrong
 */
record Outcome(Status status, byte[] payload) {
  /** What happened to a test. */
  enum Status {
    /** It ran to its end. */
    RAN('o'),
    /** An assertion does not hold. */
    WRONG('w'),
    /** It ended with an exception, a signal or a code. */
    ERROR('e'),
    /** The test itself cannot be run. */
    UNTESTABLE('u'),
    /** It took too long. */
    TIME('t'),
    /** It wanted too much memory. */
    MEMORY('m'),
    /** It wrote too much. */
    OUTPUT('x'),
    /** Its process, or the whole box, is gone. */
    GONE('d');

    private final char letter;

    Status(char letter) {
      this.letter = letter;
    }

    private static Status of(char letter) {
      for (Status each : values()) {
        if (each.letter == letter) {
          return each;
        }
      }
      return GONE;
    }
  }

  /** What the box said. */
  static Outcome of(byte[] said) {
    return said.length == 0
        ? gone()
        : new Outcome(Status.of((char) said[0]), Arrays.copyOfRange(said, 1, said.length));
  }

  /** Nothing more came from the box. */
  static Outcome gone() {
    return new Outcome(Status.GONE, new byte[0]);
  }

  boolean ran() {
    return status == Status.RAN;
  }

  /** Whether the tests after it are not run, since each may take as long or find nothing there. */
  boolean isLast() {
    return status == Status.TIME || status == Status.GONE;
  }

  String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** The reason of a test that does not pass. */
  String reason(Limits limits) {
    return switch (status) {
      case RAN, WRONG -> "wrong result";
      case UNTESTABLE -> "the tests cannot be run: " + Reasons.plain(text());
      case ERROR -> Reasons.plain(text());
      case TIME -> String.format(Locale.ROOT, "time limit %.3g s", limits.seconds());
      case MEMORY -> "memory limit %s MiB".formatted(limits.memoryMb());
      case OUTPUT -> "output limit";
      case GONE -> "the program ended its own process";
    };
  }
}
