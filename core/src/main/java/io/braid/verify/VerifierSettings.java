package io.braid.verify;

/** A verifier's settings, as written in a recipe. */
public sealed interface VerifierSettings
    permits Choice, Custom, Exact, Format, Gsm8k, Guarded, Http, Judge, Rule, Sum {
  /**
   * Creates the verifier; the caller closes it.
   *
   * @throws io.braid.UserError if something that the verifier needs is missing
   */
  Verifier create();
}
