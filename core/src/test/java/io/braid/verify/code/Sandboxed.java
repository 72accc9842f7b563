package io.braid.verify.code;

import io.braid.UserError;
import io.braid.verify.CodeSettings;
import org.junit.jupiter.api.Assumptions;

/** Verifiers with a sandbox; tests that want one skip where there is none. */
final class Sandboxed {
  private Sandboxed() {}

  static CodeVerifier verifier(CodeSettings settings) {
    try {
      return new CodeVerifier(settings);
    } catch (UserError e) {
      // A box that opens to the inside is not a missing one.
      Assumptions.assumeTrue(
          String.valueOf(e.getMessage()).contains("not closed"),
          () -> "no sandbox here: " + e.getMessage());
      throw e;
    }
  }

  /** The standard box with another limit of time. */
  static CodeSettings within(double seconds) {
    return new CodeSettings(CodeSettings.Sandboxing.BUBBLEWRAP, seconds, 256, false);
  }
}
