package io.braid.verify.code;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The outcome of one test.
 *
 * @param status how the test ended
 * @param payload the program's output, a call's value as JSON, or an error message
 */
record Outcome(Status status, byte[] payload) {
  /** How a test ended. */
  enum Status {
    /** The program or call completed. */
    RAN('o'),
    /** An assertion failed. */
    WRONG('w'),
    /** The program ended with an exception, a signal or a non-zero exit code. */
    ERROR('e'),
    /** The test itself could not be run. */
    UNTESTABLE('u'),
    /** The time limit was exceeded. */
    TIME('t'),
    /** The memory limit was exceeded. */
    MEMORY('m'),
    /** The output limit was exceeded. */
    OUTPUT('x'),
    /** The program's process or the whole sandbox ended. */
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

  /** Decodes a message of the sandbox. */
  static Outcome of(byte[] said) {
    return said.length == 0
        ? gone()
        : new Outcome(Status.of((char) said[0]), Arrays.copyOfRange(said, 1, said.length));
  }

  /** Creates the outcome of a sandbox that sends nothing more. */
  static Outcome gone() {
    return new Outcome(Status.GONE, new byte[0]);
  }

  boolean ran() {
    return status == Status.RAN;
  }

  /** Returns whether later tests are skipped, since they would take as long or find no process. */
  boolean isLast() {
    return status == Status.TIME || status == Status.GONE;
  }

  String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** Returns why a test did not pass. */
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
