package io.braid.verify;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;

/**
 * How programs are run.
 *
 * @param sandbox what keeps them from the machine
 * @param seconds the most that one test may take, unless its problem says otherwise
 * @param memoryMb the most memory of one program
 * @param partialCredit whether the reward is the share of tests that pass
 */
public record CodeSettings(
    @Doc("none runs a model's programs with your rights on your machine.") @Default("bubblewrap")
        Sandboxing sandbox,
    @Doc("The most that one test may take, unless its problem says otherwise.") @Default("6")
        double seconds,
    @Doc("The most memory of one program.") @Default("1024") int memoryMb,
    @Doc("The reward is the share of tests that pass; else all or nothing.") @Default("false")
        boolean partialCredit) {
  /** The defaults of a recipe. */
  public static final CodeSettings STANDARD =
      new CodeSettings(Sandboxing.BUBBLEWRAP, 6, 1024, false);

  /** What keeps a program from the machine. */
  public enum Sandboxing {
    /** Debian's bubblewrap, with setpriv and prlimit. */
    BUBBLEWRAP,
    /** Nothing but limits: for machines that are a sandbox themselves. */
    NONE
  }

  /** Checks the limits. */
  public CodeSettings {
    Check.above("seconds", seconds, 0, 600);
    if (memoryMb < 64) {
      throw new SettingError("memory_mb", "Python itself needs 64, here " + memoryMb);
    }
  }
}
