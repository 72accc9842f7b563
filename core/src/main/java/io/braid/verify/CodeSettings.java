package io.braid.verify;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;

/**
 * Settings for running Python programs.
 *
 * @param sandbox how programs are isolated from the machine
 * @param timeoutSeconds time limit of one test in seconds of processor time, unless its problem
 *     states a different limit
 * @param memoryMb memory limit of one program in MiB
 * @param partialCredit whether the reward is the fraction of tests that pass; otherwise it is all
 *     or nothing
 */
public record CodeSettings(
    @Doc("bubblewrap isolates programs; none runs them with your rights on your machine.")
        @Default("bubblewrap")
        Sandboxing sandbox,
    @Doc("Time limit of one test, in seconds, unless its problem states another.") @Default("6")
        double timeoutSeconds,
    @Doc("Memory limit of one program, in MiB.") @Default("1024") int memoryMb,
    @Doc("The reward is the fraction of tests that pass; otherwise all or nothing.")
        @Default("false")
        boolean partialCredit) {
  /** The defaults of a recipe. */
  public static final CodeSettings STANDARD =
      new CodeSettings(Sandboxing.BUBBLEWRAP, 6, 1024, false);

  /** How a program is isolated from the machine. */
  public enum Sandboxing {
    /** Debian's bubblewrap, with setpriv and prlimit. */
    BUBBLEWRAP,
    /** Resource limits only, for machines that are a sandbox themselves. */
    NONE
  }

  /** Checks the limits. */
  public CodeSettings {
    Check.above("timeout_seconds", timeoutSeconds, 0, 600);
    if (memoryMb < 64) {
      throw new SettingError(
          "memory_mb", "must be at least 64, which Python itself needs, got " + memoryMb);
    }
  }
}
