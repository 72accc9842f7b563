package io.braid.verify.code;

import io.braid.UserError;
import io.braid.verify.CodeSettings;
import org.junit.jupiter.api.Assumptions;

/** Creates verifiers with a sandbox; a test is skipped if no sandbox is available. */
final class Sandboxed {
  private Sandboxed() {}

  static CodeVerifier verifier(CodeSettings settings) {
    try {
      return new CodeVerifier(settings);
    } catch (UserError e) {
      // A sandbox that is not closed is a failure and not a missing sandbox.
      Assumptions.assumeTrue(
          String.valueOf(e.getMessage()).contains("not closed"),
          () -> "no sandbox here: " + e.getMessage());
      throw e;
    }
  }

  /** Returns the default sandbox settings with another time limit. */
  static CodeSettings within(double seconds) {
    return new CodeSettings(CodeSettings.Sandboxing.BUBBLEWRAP, seconds, 256, false);
  }
}
